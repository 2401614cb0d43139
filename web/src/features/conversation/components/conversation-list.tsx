import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Conversation, Pages } from '@/lib/api';
import { useLater } from '@/lib/later';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import type { View } from '../model';
import { ConversationRow } from './conversation-row';

/** Rows that fill a tall phone; the others are rendered when these stand. */
const inSight = 14;

interface Props {
  account: string;
  view: View;
  conversations: Conversation[];
  query: UseInfiniteQueryResult<Pages<Conversation>>;
  selected: string | undefined;
  /** What an empty inbox offers to do. */
  start: ReactNode;
}

export function ConversationList({ account, view, conversations, query, selected, start }: Props) {
  if (query.isPending)
    return (
      <div>
        {Array.from({ length: 9 }, (_, index) => (
          <div key={index} className="flex gap-2.5 border-line border-b py-3 ps-5 pe-3">
            <Skeleton className="size-7 rounded-full" />
            <span className="flex flex-1 flex-col gap-2 pt-0.5">
              <Skeleton className="h-3 w-28" />
              <Skeleton className="h-3 w-full" />
            </span>
          </div>
        ))}
      </div>
    );
  if (query.error && conversations.length === 0)
    return <Failure error={query.error} retry={() => query.refetch()} />;
  if (conversations.length === 0 && !query.hasNextPage)
    return view === 'all' ? (
      <EmptyState icon={Inbox} title="No conversations yet" action={start}>
        Write to a contact, or wait for someone to text your number: it appears here by itself.
      </EmptyState>
    ) : (
      <EmptyState icon={Inbox} title="All done">
        {view === 'unread'
          ? 'Everything has been read.'
          : 'Nothing waits for an answer. Resolved ones are under All.'}
      </EmptyState>
    );
  return (
    <nav aria-label="Conversations">
      <Rows account={account} conversations={conversations} selected={selected} />
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button
            size="sm"
            look="ghost"
            busy={query.isFetchingNextPage}
            onClick={() => query.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
    </nav>
  );
}

function Rows({
  account,
  conversations,
  selected,
}: Pick<Props, 'account' | 'conversations' | 'selected'>): ReactNode {
  const all = useLater();
  return (all ? conversations : conversations.slice(0, inSight)).map((conversation) => (
    <ConversationRow
      key={conversation.id}
      account={account}
      conversation={conversation}
      selected={conversation.id === selected}
    />
  ));
}
