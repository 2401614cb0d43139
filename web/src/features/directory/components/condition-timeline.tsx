import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import type { Condition } from '@/lib/api';
import { cx } from '@/lib/cx';
import { RelativeTime } from '@/ui/relative-time';
import { conditionName } from '../model';

/** What the operator has done and what it waits for, step by step. */
export function ConditionTimeline({
  conditions,
  stalled,
}: {
  conditions: readonly Condition[];
  stalled: boolean;
}) {
  return (
    <ol className="flex flex-col">
      {conditions.map((condition) => {
        const done = condition.status === 'True';
        const failed = !done && stalled && condition.status === 'False';
        const Icon = done ? Check : failed ? CircleAlert : LoaderCircle;
        return (
          <li key={condition.type} className="group flex gap-3">
            <span className="flex flex-col items-center">
              <span
                className={cx(
                  'flex size-5 shrink-0 items-center justify-center rounded-full',
                  done ? 'bg-good-soft text-good' : failed ? 'bg-bad-soft text-bad' : 'bg-active text-ink-3',
                )}
              >
                <Icon aria-hidden size={12} strokeWidth={2.25} />
              </span>
              <span aria-hidden className="w-px flex-1 bg-line group-last:hidden" />
            </span>
            <div className="min-w-0 flex-1 pb-3">
              <p className="flex items-baseline justify-between gap-2">
                <span className="font-medium">{conditionName(condition.type)}</span>
                <span className="text-ink-3 text-xs">
                  <RelativeTime at={condition.last_transition_time} short />
                </span>
              </p>
              <p className={cx('text-xs', failed ? 'text-bad' : 'text-ink-3')}>
                <span className="sr-only">{done ? 'Done. ' : failed ? 'Failed. ' : 'Waiting. '}</span>
                {condition.message || condition.reason}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
