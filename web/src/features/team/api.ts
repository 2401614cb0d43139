import { queryOptions } from '@tanstack/react-query';
import { api, idempotency, ifMatch, ok, type Team } from '@/lib/api';

const all = '/api/v1/sub-accounts/{sub_account}/teams';
const one = '/api/v1/sub-accounts/{sub_account}/teams/{team}';

export const teamsQuery = (account: string) =>
  queryOptions({
    queryKey: ['account', account, 'teams'],
    queryFn: async ({ signal }): Promise<Team[]> =>
      (await ok(api.GET(all, { params: { path: { sub_account: account } }, signal }))).items,
  });

export interface TeamInput {
  name: string;
  /** The people's ids. */
  members: string[];
}

export function createTeam(account: string, body: TeamInput): Promise<Team> {
  return ok(api.POST(all, { params: { path: { sub_account: account }, header: idempotency() }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export function patchTeam(account: string, { id, version }: Team, body: TeamInput): Promise<Team> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, team: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteTeam(account: string, { id, version }: Team): Promise<void> {
  await ok(
    api.DELETE(one, { params: { path: { sub_account: account, team: id }, header: ifMatch(version) } }),
  );
}
