import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CheckCheck } from 'lucide-react';
import { count } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { RelativeTime } from '@/ui/relative-time';
import { Skeleton } from '@/ui/skeleton';
import { agencyParkedQuery } from '../api';

/** In which sub-accounts work waits for somebody; what it is stands there. */
export function ParkedWorkScreen() {
  const { data, error, refetch } = useQuery(agencyParkedQuery);
  return (
    <>
      <PageHeader title="Parked work" note={data?.length || undefined} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          Array.from({ length: 5 }, (_, index) => (
            <div key={index} className="flex items-center gap-3 border-line border-b px-4 py-3">
              <Skeleton className="size-7 rounded-full" />
              <Skeleton className="h-3 w-48" />
              <Skeleton className="ms-auto h-4 w-24" />
            </div>
          ))
        ) : data.length === 0 ? (
          <EmptyState icon={CheckCheck} title="Nothing waits for you">
            Work that fails in a sub-account is tried again for about four hours. What still fails then shows
            here.
          </EmptyState>
        ) : (
          <ul aria-label="Sub-accounts with parked work">
            {data.map(({ sub_account_id, name, display_name, jobs, events, oldest, unknown }) => (
              <li key={sub_account_id} data-testid={`parked-${name}`}>
                <Link
                  to="/a/$account/work"
                  params={{ account: sub_account_id }}
                  search={jobs === 0 && events > 0 ? { view: 'events' } : {}}
                  className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 hover:bg-sunken"
                >
                  <Avatar name={display_name} />
                  <span className="min-w-0 flex-[1_1_140px]">
                    <span className="block truncate font-medium">{display_name}</span>
                    <span className="block truncate text-ink-3 text-xs">
                      {unknown ? 'Its database can’t be asked just now' : name}
                    </span>
                  </span>
                  <span className="flex flex-wrap items-center justify-end gap-2">
                    {jobs > 0 && <Badge tone="bad">{count(jobs, 'failed job', 'failed jobs')}</Badge>}
                    {events > 0 && (
                      <Badge tone="warn">{count(events, 'event not taken in', 'events not taken in')}</Badge>
                    )}
                    {unknown && <Badge>Unknown</Badge>}
                  </span>
                  {oldest && (
                    <span className="hidden w-28 text-end text-ink-3 text-xs md:block">
                      <RelativeTime at={oldest} />
                    </span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
