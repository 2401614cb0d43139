import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { flatten } from '@/lib/api';
import { count } from '@/lib/format';
import { jobsQuery, parkedWorkQuery } from '../api';
import { type JobFilter, jobName, queueNames } from '../model';
import { useListCommands } from '../use-list-commands';
import { useSelection } from '../use-selection';
import { useWorkActions } from '../use-work-actions';
import { BulkBar } from './bulk-bar';
import { ParkedRow } from './parked-row';
import { RecordLink } from './record-link';
import { WorkList } from './work-list';

/** Jobs that failed for good, with their reasons. */
export function FailedJobs({ account, filter }: { account: string; filter: Omit<JobFilter, 'state'> }) {
  const query = useInfiniteQuery(jobsQuery(account, { ...filter, state: 'parked' }));
  const { data: summary } = useQuery(parkedWorkQuery(account));
  const { busy, replayJobs, replayKind, cancel } = useWorkActions(account);
  const jobs = flatten(query.data);
  const selection = useSelection(jobs.map(({ id }) => id));
  const { kind, queue } = filter;
  const ofKind = (summary?.jobs ?? [])
    .filter((item) => item.kind === kind && (!queue || item.queue === queue))
    .reduce((sum, { parked }) => sum + parked, 0);
  const replaySelected = () => void replayJobs(selection.selected.slice(0, 100));
  useListCommands(selection, {
    replaySelected,
    replayCurrent: () => selection.current && void replayJobs([selection.current]),
  });
  return (
    <>
      {jobs.length > 0 && (
        <BulkBar
          selected={selection.selected.length}
          shown={jobs.length}
          busy={busy}
          onSelectAll={selection.selectAll}
          onReplay={replaySelected}
          all={
            kind && ofKind > 0
              ? {
                  label: `Replay all ${new Intl.NumberFormat().format(ofKind)}: ${jobName(kind)}`,
                  run: () => void replayKind(kind, queue),
                }
              : undefined
          }
        />
      )}
      <WorkList
        label="Failed jobs"
        query={query}
        rows={jobs.length}
        empty={{
          title: kind || queue ? 'None of these failed' : 'Nothing failed',
          text: 'Work that fails is tried again for about four hours. What still fails then waits here for you.',
        }}
      >
        {jobs.map((job) => (
          <ParkedRow
            key={job.id}
            title={jobName(job.kind)}
            note={
              <>
                <span>{queueNames[job.queue]}</span>
                <span className="tabular">{count(job.attempt, 'attempt', 'attempts')}</span>
                <RecordLink account={account} record={job.record} />
              </>
            }
            reason={job.reason}
            at={job.finished_at ?? job.created_at}
            selected={selection.has(job.id)}
            current={selection.current === job.id}
            busy={busy}
            onSelect={(on) => selection.select(job.id, on)}
            onReplay={() => void replayJobs([job.id])}
            onGiveUp={() => cancel(job)}
          />
        ))}
      </WorkList>
    </>
  );
}
