import type { Job } from '@/lib/api';
import { Button } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { explainReason, jobName, percent, stateNames, underWay } from '../model';

/** A job that somebody waits for: how far it has come, as it comes, and a way to end it. */
export function JobProgress({ job, onCancel }: { job: Job; onCancel: () => void }) {
  const { progress, kind, state, reason } = job;
  const value = percent(progress);
  const said = progress
    ? [
        progress.total > 0
          ? `${number(progress.done)} of ${number(progress.total)}`
          : `${number(progress.done)} done`,
        progress.note,
      ]
        .filter(Boolean)
        .join(' · ')
    : stateNames[state];
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="truncate font-medium">{jobName(kind)}</span>
          <span role="status" className="tabular truncate text-ink-3 text-xs">
            {underWay(job) ? said : stateNames[state]}
          </span>
        </p>
        {underWay(job) ? (
          <div className="mt-1.5">
            <Progress label={jobName(kind)} value={state === 'running' ? value : (value ?? 0)} text={said} />
          </div>
        ) : (
          state !== 'completed' && <p className="text-ink-3 text-xs">{explainReason(reason).summary}</p>
        )}
      </div>
      {underWay(job) && (
        <Button size="sm" onClick={onCancel} aria-label={`Cancel: ${jobName(kind)}`}>
          Cancel
        </Button>
      )}
    </div>
  );
}

function number(n: number): string {
  return new Intl.NumberFormat().format(n);
}
