import { queryOptions } from '@tanstack/react-query';
import {
  api,
  type IdentityProvider,
  type IdentityProviderPatch,
  idempotency,
  ifMatch,
  type NewIdentityProvider,
  ok,
  type ProviderCheck,
  type ProviderPerson,
} from '@/lib/api';

export const providersQuery = queryOptions({
  queryKey: ['agency', 'identity-providers'],
  queryFn: async ({ signal }): Promise<IdentityProvider[]> =>
    (await ok(api.GET('/api/v1/agency/identity-providers', { signal }))).items,
});

export function createProvider(body: NewIdentityProvider): Promise<IdentityProvider> {
  return ok(api.POST('/api/v1/agency/identity-providers', { params: { header: idempotency() }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export function patchProvider(
  { id, version }: IdentityProvider,
  body: IdentityProviderPatch,
): Promise<IdentityProvider> {
  return ok(
    api.PATCH('/api/v1/agency/identity-providers/{provider}', {
      params: { path: { provider: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteProvider({ id, version }: IdentityProvider): Promise<void> {
  await ok(
    api.DELETE('/api/v1/agency/identity-providers/{provider}', {
      params: { path: { provider: id }, header: ifMatch(version) },
    }),
  );
}

/** Asks the provider for its description and its keys. */
export function checkProvider({ id }: IdentityProvider): Promise<ProviderCheck> {
  return ok(
    api.POST('/api/v1/agency/identity-providers/{provider}/check', { params: { path: { provider: id } } }),
  );
}

/** Who signs in by it, by name. */
export const providerPeopleQuery = (provider: string) =>
  queryOptions({
    queryKey: [...providersQuery.queryKey, provider, 'people'],
    queryFn: async ({ signal }): Promise<ProviderPerson[]> => {
      const params = { path: { provider } };
      const page = await ok(
        api.GET('/api/v1/agency/identity-providers/{provider}/people', { params, signal }),
      );
      return page.items;
    },
  });

/** Forgets by what the provider calls somebody: the next time, their address counts again. */
export async function unbindPerson(provider: string, person: string): Promise<void> {
  await ok(
    api.DELETE('/api/v1/agency/identity-providers/{provider}/people/{person}', {
      params: { path: { provider, person } },
    }),
  );
}
