import { useInfiniteQuery } from '@tanstack/react-query';
import { flatten } from '@/lib/api';
import { jobsQuery } from '../api';
import type { JobFilter } from '../model';
import { useWorkActions } from '../use-work-actions';
import { JobProgress } from './job-progress';
import { WorkList } from './work-list';

/** What people wait for, and how far it has come. */
export function RunningJobs({ account, filter }: { account: string; filter: Omit<JobFilter, 'state'> }) {
  const query = useInfiniteQuery(jobsQuery(account, filter));
  const { cancel } = useWorkActions(account);
  const jobs = flatten(query.data);
  return (
    <WorkList
      label="Jobs under way"
      query={query}
      rows={jobs.length}
      empty={{
        title: 'Nothing is under way',
        text: 'Long work that somebody started shows here how far it has come.',
      }}
    >
      {jobs.map((job) => (
        <li key={job.id} data-testid="running" className="border-line border-b px-4 py-2.5">
          <JobProgress job={job} onCancel={() => cancel(job)} />
        </li>
      ))}
    </WorkList>
  );
}
