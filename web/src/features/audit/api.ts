import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Place } from '@/features/access';
import { type AuditPolicy, api, cursorPaging, ifMatch, ok, type Page } from '@/lib/api';
import { type AuditFilter, type Deed, deedOfAgency, deedOfRecord } from './model';

const inAccount = '/api/v1/sub-accounts/{sub_account}/audit';
const inAgency = '/api/v1/agency/audit';

const auditKey = (place: Place) =>
  'agency' in place ? ['agency', 'audit'] : ['account', place.account, 'audit'];
const at = (place: { account: string }) => ({ sub_account: place.account });

/** The newest first. */
export const auditQuery = (place: Place, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...auditKey(place), 'entries', filter],
    queryFn: ({ pageParam, signal }) => readPage(place, filter, pageParam, signal),
    ...cursorPaging,
    // Who looks at the log wants what happened a moment ago to be in it.
    staleTime: 0,
  });

async function readPage(
  place: Place,
  { sub_account, subject_kind, field, ...rest }: AuditFilter,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<Deed>> {
  if ('agency' in place) {
    const page = await ok(api.GET(inAgency, { params: { query: { ...rest, sub_account, cursor } }, signal }));
    return { ...page, items: page.items.map(deedOfAgency) };
  }
  const query = { ...rest, subject_kind, field, cursor };
  const page = await ok(api.GET(inAccount, { params: { path: at(place), query }, signal }));
  return { ...page, items: page.items.map(deedOfRecord) };
}

/** Where a browser finds the same as a file that proves itself. */
export function exportAddress(
  place: Place,
  { sub_account, subject_kind, field, ...rest }: AuditFilter,
): string {
  const told = { ...rest, ...('agency' in place ? { sub_account } : { subject_kind, field }) };
  const query = new URLSearchParams(
    Object.entries(told).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : [])),
  );
  const path = 'agency' in place ? inAgency : inAccount.replace('{sub_account}', place.account);
  return `${path}/export${query.size > 0 ? `?${query}` : ''}`;
}

/** Every hash computed again: asked for, never by itself. */
export const verificationQuery = (place: Place) =>
  queryOptions({
    queryKey: [...auditKey(place), 'verification'],
    queryFn: ({ signal }) =>
      'agency' in place
        ? ok(api.GET(`${inAgency}/verification`, { signal }))
        : ok(api.GET(`${inAccount}/verification`, { params: { path: at(place) }, signal })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const policyQuery = (place: Place) =>
  queryOptions({
    queryKey: [...auditKey(place), 'policy'],
    queryFn: ({ signal }) =>
      'agency' in place
        ? ok(api.GET(`${inAgency}/policy`, { signal }))
        : ok(api.GET(`${inAccount}/policy`, { params: { path: at(place) }, signal })),
  });

/** Refused with a 412 when it is not any more what the person saw. The agency's 0 days are for good. */
export function keepFor(place: Place, days: number, version: number): Promise<AuditPolicy> {
  const header = ifMatch(version);
  const body = { retention_days: days };
  return ok(
    'agency' in place
      ? api.PATCH(`${inAgency}/policy`, { params: { header }, body })
      : api.PATCH(`${inAccount}/policy`, { params: { path: at(place), header }, body }),
  );
}

/** The people of the agency, to choose among. */
export const agencyPeopleQuery = queryOptions({
  queryKey: ['agency', 'members'],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/agency/members', { signal })),
  select: (page) => page.items,
});
