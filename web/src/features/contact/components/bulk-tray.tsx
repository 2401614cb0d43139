import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { flatten } from '@/lib/api';
import { useStore } from '@/lib/store';
import { bulksQuery, follow, followed } from '../bulk';
import { bulkStates, moving, saidOf } from '../bulk-words';
import { contactsKey } from '../keys';
import { useBulkMoves, useNames } from '../use-bulk';
import { BulkItem } from './bulk-item';

interface Props {
  account: string;
  canWrite: boolean;
}

const most = 3;

/** The bulk actions that go on now, and what came of those begun here. */
export function BulkTray({ account, canWrite }: Props) {
  const client = useQueryClient();
  const names = useNames(account);
  const mine = useStore(followed);
  const { data } = useInfiniteQuery(bulksQuery(account));
  const move = useBulkMoves(account);
  const shown = flatten(data).filter((bulk) => moving(bulk) || mine.includes(bulk.id));
  const going = shown.filter(moving).length;
  const before = useRef(going);
  useEffect(() => {
    // One is over: the list is not what it was.
    if (going < before.current) void client.invalidateQueries({ queryKey: contactsKey(account) });
    before.current = going;
  }, [client, account, going]);
  if (shown.length === 0) return null;
  return (
    <section
      aria-label="Bulk actions"
      className="scroll-thin max-h-[40vh] shrink-0 overflow-y-auto border-line border-t bg-sunken"
    >
      {/* Every second's number would be too much to hear: only how each ends is told. */}
      <p role="status" className="sr-only">
        {shown
          .filter((bulk) => !moving(bulk))
          .map(({ action, state }) => `${saidOf(action, names)}: ${bulkStates[state].name}.`)
          .join(' ')}
      </p>
      <ul>
        {shown.slice(0, most).map((bulk) => (
          <BulkItem
            key={bulk.id}
            bulk={bulk}
            names={names}
            busy={move.isPending && move.variables?.id === bulk.id}
            canWrite={canWrite}
            onMove={(what) => move.mutate({ id: bulk.id, move: what })}
            onDismiss={() => follow(bulk.id, false)}
          />
        ))}
      </ul>
      {shown.length > most && (
        <p className="px-4 py-1.5 text-xs">
          <Link
            to="/a/$account/contacts/bulk"
            params={{ account }}
            className="inline-flex min-h-6 items-center text-brand-ink underline"
          >
            And {shown.length - most} more
          </Link>
        </p>
      )}
    </section>
  );
}
