import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useLayoutEffect, useRef } from 'react';
import type { Message, Pages } from '@/lib/api';
import { dayName } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { byDay, type ThreadItem } from '../model';
import { MessageItem } from './message-item';
import { OutgoingItem } from './outgoing-item';

interface Props {
  account: string;
  me: string;
  items: ThreadItem[];
  query?: UseInfiniteQueryResult<Pages<Message>>;
}

/** The messages, newest at the bottom and in sight, unless one has scrolled up to read. */
export function Thread({ account, me, items, query }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const now = useNow();
  const newest = items.at(-1);
  const last = newest && ('message' in newest ? newest.message.id : newest.outgoing.key);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && last && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [last]);

  if (query?.error && items.length === 0)
    return <Failure error={query.error} retry={() => query.refetch()} />;
  return (
    <div
      ref={scroller}
      // A scrolling region must be reachable for the keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      role="log"
      aria-label="Messages"
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
      }}
      className="scroll-thin flex min-h-0 flex-1 flex-col overflow-y-auto px-4 py-3 -outline-offset-2!"
    >
      <div className="mx-auto mt-auto flex w-full max-w-3xl flex-col gap-2.5">
        {query?.hasNextPage && (
          <Button
            size="sm"
            look="ghost"
            busy={query.isFetchingNextPage}
            onClick={() => query.fetchNextPage()}
            className="self-center"
          >
            Earlier messages
          </Button>
        )}
        {query?.isPending && (
          <>
            <Skeleton className="h-8 w-1/2 rounded-xl" />
            <Skeleton className="h-8 w-2/5 self-end rounded-xl" />
            <Skeleton className="h-8 w-3/5 rounded-xl" />
          </>
        )}
        {byDay(items).map((group) => (
          <section
            key={group.day}
            className="flex flex-col gap-2.5 [contain-intrinsic-size:auto_400px] [content-visibility:auto]"
          >
            <h3 className="self-center py-1 text-2xs text-ink-3">{dayName(group.at, now)}</h3>
            {group.items.map((item) =>
              'message' in item ? (
                <MessageItem key={item.message.id} account={account} message={item.message} me={me} />
              ) : (
                <OutgoingItem key={item.outgoing.key} account={account} item={item.outgoing} />
              ),
            )}
          </section>
        ))}
      </div>
    </div>
  );
}
