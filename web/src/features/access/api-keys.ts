import { queryOptions } from '@tanstack/react-query';
import { type ApiKey, api, idempotency, ok } from '@/lib/api';
import type { Place } from './place';

export const apiKeysQuery = (holder: Place) =>
  queryOptions({
    queryKey: ['api-keys', holder],
    queryFn: async (): Promise<ApiKey[]> => {
      const page = await ('agency' in holder
        ? ok(api.GET('/api/v1/agency/api-keys'))
        : ok(api.GET('/api/v1/sub-accounts/{sub_account}/api-keys', { params: { path: path(holder) } })));
      return page.items ?? [];
    },
  });

export function createApiKey(holder: Place, body: { name: string; scopes: string[] }): Promise<ApiKey> {
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

export function revokeApiKey(holder: Place, id: string) {
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
