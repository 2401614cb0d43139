import { infiniteQueryOptions } from '@tanstack/react-query';
import {
  api,
  cursorPaging,
  type DuplicateGroup,
  type DuplicatePair,
  idempotency,
  ok,
  type Page,
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
