import { queryOptions } from '@tanstack/react-query';
import { type ApiKey, api, idempotency, ok } from '@/lib/api';

/** Whose keys: the agency's, or those of the sub-account with this id. */
export type KeyHolder = { agency: true } | { account: string };

export const apiKeysQuery = (holder: KeyHolder) =>
  queryOptions({
    queryKey: ['api-keys', holder],
    queryFn: async (): Promise<ApiKey[]> => {
      const page = await ('agency' in holder
        ? ok(api.GET('/api/v1/agency/api-keys'))
        : ok(api.GET('/api/v1/sub-accounts/{sub_account}/api-keys', { params: { path: path(holder) } })));
      return page.items ?? [];
    },
  });

export function createApiKey(holder: KeyHolder, body: { name: string; scopes: string[] }): Promise<ApiKey> {
  const header = idempotency();
  return 'agency' in holder
    ? ok(api.POST('/api/v1/agency/api-keys', { params: { header }, body }))
    : ok(
        api.POST('/api/v1/sub-accounts/{sub_account}/api-keys', {
          params: { path: path(holder), header },
          body,
        }),
      );
}

export function revokeApiKey(holder: KeyHolder, id: string) {
  return 'agency' in holder
    ? ok(api.DELETE('/api/v1/agency/api-keys/{id}', { params: { path: { id } } }))
    : ok(
        api.DELETE('/api/v1/sub-accounts/{sub_account}/api-keys/{id}', {
          params: { path: { ...path(holder), id } },
        }),
      );
}

function path(holder: { account: string }) {
  return { sub_account: holder.account };
}
