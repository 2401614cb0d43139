import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PageHeader } from '@/ui/page-header';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
import { parkedWorkQuery } from '../api';
import { FailedJobs } from '../components/failed-jobs';
import { ParkedEvents } from '../components/parked-events';
import { RunningJobs } from '../components/running-jobs';
import { jobName, queueNames, subscriberName } from '../model';
import type { WorkSearch } from '../search';

const route = getRouteApi('/signed-in/a/$account/work');

/** What a sub-account does in the background: what failed, what was not taken in, what is under way. */
export function WorkScreen() {
  const { account } = route.useParams();
  const { view = 'failed', queue, kind } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: summary } = useQuery(parkedWorkQuery(account));
  const show = (next: WorkSearch) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const sum = (rows: { parked: number }[] | undefined) => rows?.reduce((n, { parked }) => n + parked, 0) ?? 0;
  const named = (label: string, n: number) =>
    n > 0 ? `${label} ${new Intl.NumberFormat().format(n)}` : label;
  const kinds =
    view === 'events'
      ? (summary?.events.map(({ subscriber }) => ({
          value: subscriber,
          label: subscriberName(subscriber),
        })) ?? [])
      : [...new Set(summary?.jobs.map((item) => item.kind))].map((value) => ({
          value,
          label: jobName(value),
        }));
  // What the address names stays to be chosen, also when none of it is left.
  if (kind && !kinds.some(({ value }) => value === kind))
    kinds.push({ value: kind, label: view === 'events' ? subscriberName(kind) : jobName(kind) });
  return (
    <>
      <PageHeader title="Background work">
        <Segmented
          label="What to show"
          value={view}
          options={[
            { value: 'failed', label: named('Failed', sum(summary?.jobs)) },
            { value: 'events', label: named('Not taken in', sum(summary?.events)) },
            { value: 'running', label: 'Under way' },
          ]}
          onChange={(next) => show({ view: next === 'failed' ? undefined : next, kind: undefined })}
        />
        {view !== 'events' && (
          <Select
            aria-label="Queue"
            value={queue ?? ''}
            onChange={(event) => show({ queue: (event.target.value || undefined) as WorkSearch['queue'] })}
          >
            <option value="">Any queue</option>
            {Object.entries(queueNames).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
        <Select
          aria-label={view === 'events' ? 'Who could not take it' : 'Kind of work'}
          value={kind ?? ''}
          onChange={(event) => show({ kind: event.target.value || undefined })}
        >
          <option value="">{view === 'events' ? 'Anybody' : 'Any kind'}</option>
          {kinds.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </PageHeader>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {view === 'failed' && (
          <FailedJobs key={`${queue} ${kind}`} account={account} filter={{ queue, kind }} />
        )}
        {view === 'events' && <ParkedEvents key={kind} account={account} subscriber={kind} />}
        {view === 'running' && <RunningJobs account={account} filter={{ queue, kind }} />}
      </div>
    </>
  );
}
