import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import {
  api,
  cursorPaging,
  type DismissedPair,
  type DuplicateGroup,
  type DuplicatePair,
  idempotency,
  mapPages,
  ok,
  type Page,
  type Pages,
} from '@/lib/api';

const base = '/api/v1/sub-accounts/{sub_account}/contacts/duplicates';

export const duplicatesKey = (account: string) => ['account', account, 'duplicates'] as const;

/** Groups of contacts that are probably one person each, the surest first; `least` of a hundred. */
export const duplicatesQuery = (account: string, least: number) =>
  infiniteQueryOptions({
    queryKey: [...duplicatesKey(account), least],
    queryFn: ({ pageParam, signal }): Promise<Page<DuplicateGroup>> =>
      ok(
        api.GET(base, {
          signal,
          params: { path: { sub_account: account }, query: { least, cursor: pageParam, limit: 20 } },
        }),
      ),
    ...cursorPaging,
  });

const dismissedKey = (account: string) => [...duplicatesKey(account), 'dismissed'] as const;

/** The pairs that were told apart, the newest first. */
export const dismissedQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: dismissedKey(account),
    queryFn: ({ pageParam, signal }): Promise<Page<DismissedPair>> =>
      ok(
        api.GET(`${base}/dismissed`, {
          signal,
          params: { path: { sub_account: account }, query: { cursor: pageParam, limit: 50 } },
        }),
      ),
    ...cursorPaging,
  });

/** Takes a pair out of the list at once. */
export function dropDismissed(client: QueryClient, account: string, ids: string[]): void {
  client.setQueryData<Pages<DismissedPair>>(
    dismissedKey(account),
    (pages) =>
      pages &&
      mapPages(pages, (pair) =>
        groupKey(pair.contacts.map(({ id }) => id)) === groupKey(ids) ? null : pair,
      ),
  );
}

/** Reads anew who is probably the same, and who is not. */
export function refreshDuplicates(client: QueryClient, account: string): Promise<void> {
  return client.invalidateQueries({ queryKey: duplicatesKey(account) });
}

/** Says that contacts are not the same person. */
export async function tellApart(account: string, contacts: string[]): Promise<void> {
  const params = { path: { sub_account: account }, header: idempotency() };
  await ok(api.POST(`${base}/dismiss`, { params, body: { contacts } }));
}

/** Takes that back: they are found together again. */
export async function takeBack(account: string, contacts: string[]): Promise<void> {
  const params = { path: { sub_account: account }, header: idempotency() };
  await ok(api.POST(`${base}/restore`, { params, body: { contacts } }));
}

const reasons: Record<DuplicatePair['reasons'][number]['rule'], string> = {
  email: 'same mailbox',
  phone: 'same phone number',
  name_birthday: 'same name and birthday',
  name_postal: 'same name and postal code',
  name_company: 'same name and company',
  name_phone: 'nearly the same name and phone area',
};

/** What two contacts have in common, in words, the surest first. */
export function reasonsOf(pair: DuplicatePair): string[] {
  return pair.reasons.toSorted((a, b) => b.confidence - a.confidence).map(({ rule }) => reasons[rule]);
}

/** How sure a group is: as its surest pair. */
export function sureOf({ pairs }: DuplicateGroup): number {
  return Math.max(0, ...pairs.map(({ confidence }) => confidence));
}

/** What tells one group from another: who is in it. */
export function groupKey(ids: readonly string[]): string {
  return ids.toSorted().join();
}
