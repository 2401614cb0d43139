import { useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Clock } from 'lucide-react';
import { clockTime } from '@/lib/format';
import type { Outgoing } from '../model';
import { discard, sendAgain } from '../outbox';
import { Bubble } from './bubble';
import { RetryButton } from './retry-button';

/** A text that has not reached the server yet. */
export function OutgoingItem({ account, item }: { account: string; item: Outgoing }) {
  const client = useQueryClient();
  const failed = item.state === 'failed';
  return (
    <Bubble
      own
      faded
      foot={
        failed ? (
          <>
            <span className="inline-flex items-center gap-1 text-bad" data-testid="message-state">
              <CircleAlert aria-hidden size={12} /> Not sent
            </span>
            <RetryButton busy={false} onClick={() => sendAgain(client, account, item)} />
            <button
              type="button"
              onClick={() => discard(item.key)}
              className="-my-1 inline-flex h-6 items-center rounded-sm px-1 underline underline-offset-2 hover:bg-hover"
            >
              Discard
            </button>
            <span role="alert" className="basis-full text-end text-bad">
              {item.error}
            </span>
          </>
        ) : (
          <>
            <span className="tabular">{clockTime(item.createdAt)}</span>
            <span className="inline-flex items-center gap-1" data-testid="message-state">
              <Clock aria-hidden size={12} /> Sending
            </span>
          </>
        )
      }
    >
      {item.body}
    </Bubble>
  );
}
