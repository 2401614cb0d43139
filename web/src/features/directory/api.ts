import { type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  idempotency,
  ifMatch,
  ok,
  type SubAccount,
  type SubAccountInput,
  type SubAccountPatch,
} from '@/lib/api';
import { inMotion } from './model';

const one = '/api/v1/agency/sub-accounts/{name}';

/** Read anew every two seconds while something is being built or taken down, else now and then. */
export const subAccountsQuery = queryOptions({
  queryKey: ['agency', 'sub-accounts'],
  queryFn: async ({ signal }): Promise<SubAccount[]> =>
    (await ok(api.GET('/api/v1/agency/sub-accounts', { signal }))).items ?? [],
  refetchInterval: ({ state }) => (state.data?.some(inMotion) ? 2000 : 30_000),
});

export function createSubAccount(body: SubAccountInput, key: string): Promise<SubAccount> {
  return ok(api.POST('/api/v1/agency/sub-accounts', { params: { header: idempotency(key) }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export function patchSubAccount({ name, version }: SubAccount, body: SubAccountPatch): Promise<SubAccount> {
  return ok(api.PATCH(one, { params: { path: { name }, header: ifMatch(version) }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export async function deleteSubAccount({ name, version }: SubAccount): Promise<void> {
  await ok(api.DELETE(one, { params: { path: { name }, header: ifMatch(version) } }));
}

export function readSubAccount(name: string): Promise<SubAccount> {
  return ok(api.GET(one, { params: { path: { name } } }));
}

/** Shows a sub-account as it is now, in its place in the list. */
export function storeSubAccount(client: QueryClient, changed: SubAccount): void {
  client.setQueryData(subAccountsQuery.queryKey, (list) => {
    if (!list) return list;
    const known = list.some(({ name }) => name === changed.name);
    return known ? list.map((item) => (item.name === changed.name ? changed : item)) : [changed, ...list];
  });
}
