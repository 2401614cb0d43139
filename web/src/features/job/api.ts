import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, cursorPaging, idempotency, type Job, ok } from '@/lib/api';
import { type JobFilter, underWay } from './model';

/* What waits for somebody is read anew now and then; what runs, while one looks at it. */
const often = 1500;
const sometimes = 15_000;

const at = (account: string) => ({ sub_account: account });
export const workKey = (account: string) => ['account', account, 'work'];

export const jobsQuery = (account: string, filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: [...workKey(account), 'jobs', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/jobs', {
          params: { path: at(account), query: { ...filter, cursor: pageParam } },
          signal,
        }),
      ),
    ...cursorPaging,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(underWay)) ? often : sometimes,
  });

export const parkedEventsQuery = (account: string, subscriber: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...workKey(account), 'events', subscriber],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/parked-events', {
          params: { path: at(account), query: { subscriber, cursor: pageParam } },
          signal,
        }),
      ),
    ...cursorPaging,
    refetchInterval: sometimes,
  });

export const parkedWorkQuery = (account: string) =>
  queryOptions({
    queryKey: [...workKey(account), 'summary'],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/parked-work', { params: { path: at(account) }, signal }),
      ),
    refetchInterval: sometimes,
  });

export const agencyParkedQuery = queryOptions({
  queryKey: ['agency', 'parked-work'],
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/agency/parked-work', { signal }))).items,
  refetchInterval: 30_000,
});

export function replayJobs(
  account: string,
  body: { ids: string[] } | { kind: string; queue?: Job['queue'] },
) {
  return ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/jobs/replay', {
      params: { path: at(account), header: idempotency() },
      body,
    }),
  );
}

export async function cancelJob(account: string, job: string): Promise<void> {
  await ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/jobs/{job}/cancel', {
      params: { path: { ...at(account), job }, header: idempotency() },
    }),
  );
}

/** Of one record, or of every record that the subscriber could not take. */
export function replayEvents(account: string, subscriber: string, subject?: string) {
  return ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/parked-events/replay', {
      params: { path: at(account), header: idempotency() },
      body: { subscriber, subject_id: subject },
    }),
  );
}
