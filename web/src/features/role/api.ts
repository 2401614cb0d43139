import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Place } from '@/features/access';
import { api, idempotency, ifMatch, ok, type Role, type RoleInput, type RolePatch } from '@/lib/api';

const one = '/api/v1/agency/roles/{role}';

/** The roles that can be held in a place; the agency's list has those of both levels. */
export const rolesQuery = (place: Place) =>
  queryOptions({
    queryKey: ['agency' in place ? 'agency' : 'account', 'agency' in place ? '' : place.account, 'roles'],
    queryFn: async ({ signal }): Promise<Role[]> => {
      const page = await ('agency' in place
        ? ok(api.GET('/api/v1/agency/roles', { signal }))
        : ok(
            api.GET('/api/v1/sub-accounts/{sub_account}/roles', {
              params: { path: { sub_account: place.account } },
              signal,
            }),
          ));
      return page.items;
    },
  });

/** Everything that a role can be allowed. It changes with the server alone. */
export const permissionsQuery = queryOptions({
  queryKey: ['permissions'],
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/permissions', { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

export function createRole(body: RoleInput): Promise<Role> {
  return ok(api.POST('/api/v1/agency/roles', { params: { header: idempotency() }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export function patchRole(role: Role, body: RolePatch): Promise<Role> {
  return ok(api.PATCH(one, { params: { path: { role: role.id }, header: ifMatch(role.version) }, body }));
}

export async function deleteRole(role: Role): Promise<void> {
  await ok(api.DELETE(one, { params: { path: { role: role.id }, header: ifMatch(role.version) } }));
}

/** Shows a role as it is now, in its place in the agency's list. */
export function storeRole(client: QueryClient, changed: Role): void {
  client.setQueryData(rolesQuery({ agency: true }).queryKey, (list) => {
    if (!list) return list;
    const known = list.some(({ id }) => id === changed.id);
    return known ? list.map((item) => (item.id === changed.id ? changed : item)) : [...list, changed];
  });
}
