import { queryOptions } from '@tanstack/react-query';
import type { Place } from '@/features/access';
import { api, type InvitationInput, idempotency, ok, type SentInvitation } from '@/lib/api';

const inAccount = '/api/v1/sub-accounts/{sub_account}/invitations';
const inAgency = '/api/v1/agency/invitations';

const of = (place: { account: string }) => ({ sub_account: place.account });

/** Those that nobody has accepted yet, the newest first. */
export const invitationsQuery = (place: Place) =>
  queryOptions({
    queryKey: 'agency' in place ? ['agency', 'invitations'] : ['account', place.account, 'invitations'],
    queryFn: async ({ signal }): Promise<SentInvitation[]> => {
      const page = await ('agency' in place
        ? ok(api.GET(inAgency, { signal }))
        : ok(api.GET(inAccount, { params: { path: of(place) }, signal })));
      return page.items;
    },
  });

/** The answer holds the link, this once. */
export function invite(place: Place, body: InvitationInput): Promise<SentInvitation> {
  const header = idempotency();
  return 'agency' in place
    ? ok(api.POST(inAgency, { params: { header }, body }))
    : ok(api.POST(inAccount, { params: { path: of(place), header }, body }));
}

/** A new link for another week; the former one ends. */
export function resend(place: Place, invitation: string): Promise<SentInvitation> {
  const header = idempotency();
  return 'agency' in place
    ? ok(api.POST(`${inAgency}/{invitation}/resend`, { params: { path: { invitation }, header } }))
    : ok(
        api.POST(`${inAccount}/{invitation}/resend`, {
          params: { path: { ...of(place), invitation }, header },
        }),
      );
}

export async function revoke(place: Place, invitation: string): Promise<void> {
  await ('agency' in place
    ? ok(api.DELETE(`${inAgency}/{invitation}`, { params: { path: { invitation } } }))
    : ok(api.DELETE(`${inAccount}/{invitation}`, { params: { path: { ...of(place), invitation } } })));
}
