import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { membersQuery, type Place } from '@/features/access';
import { api, type IssuedReset, idempotency, ifMatch, type Member, type OpenSession, ok } from '@/lib/api';

const inAccount = '/api/v1/sub-accounts/{sub_account}/members';
const inAgency = '/api/v1/agency/members';
const people = '/api/v1/agency/people/{person}';

const of = (place: { account: string }) => ({ sub_account: place.account });

const agencyMembersQuery = queryOptions({
  queryKey: ['agency', 'members'],
  queryFn: ({ signal }) => ok(api.GET(inAgency, { signal })),
  select: (page) => page.items,
});

/** The people of a place, by name. Those of the agency are in every sub-account's list too. */
export function peopleQuery(place: Place) {
  return 'agency' in place ? agencyMembersQuery : { ...membersQuery(place.account), staleTime: 0 };
}

const keyOf = (place: Place) => peopleQuery(place).queryKey as readonly string[];

/** Shows a person as they are now, or, without `changed`, no more. */
export function storeMember(client: QueryClient, place: Place, id: string, changed?: Member): void {
  client.setQueryData<{ items: Member[] }>(keyOf(place), (page) =>
    page ? { ...page, items: page.items.flatMap((item) => (item.id === id ? (changed ?? []) : item)) } : page,
  );
}

export function readAgain(client: QueryClient, place: Place): Promise<void> {
  return client.invalidateQueries({ queryKey: keyOf(place) });
}

/** Refused with a 412 when they are not any more what the person saw. */
export function giveRole(place: Place, { id, version }: Member, role: string): Promise<Member> {
  const header = ifMatch(version);
  return 'agency' in place
    ? ok(api.PATCH(`${inAgency}/{member}`, { params: { path: { member: id }, header }, body: { role } }))
    : ok(
        api.PATCH(`${inAccount}/{member}`, {
          params: { path: { ...of(place), member: id }, header },
          body: { role },
        }),
      );
}

export async function removeMember(place: Place, { id, version }: Member): Promise<void> {
  const header = ifMatch(version);
  await ('agency' in place
    ? ok(api.DELETE(`${inAgency}/{member}`, { params: { path: { member: id }, header } }))
    : ok(api.DELETE(`${inAccount}/{member}`, { params: { path: { ...of(place), member: id }, header } })));
}

/** Where somebody is signed in. */
export const personSessionsQuery = (place: Place, person: string) =>
  queryOptions({
    queryKey: [...keyOf(place), person, 'sessions'],
    queryFn: async ({ signal }): Promise<OpenSession[]> => {
      const page = await ('agency' in place
        ? ok(api.GET(`${people}/sessions`, { params: { path: { person } }, signal }))
        : ok(
            api.GET(`${inAccount}/{member}/sessions`, {
              params: { path: { ...of(place), member: person } },
              signal,
            }),
          ));
      return page.items;
    },
    retry: false,
  });

export async function endPersonSession(place: Place, person: string, session: string): Promise<void> {
  await ('agency' in place
    ? ok(api.DELETE(`${people}/sessions/{session}`, { params: { path: { person, session } } }))
    : ok(
        api.DELETE(`${inAccount}/{member}/sessions/{session}`, {
          params: { path: { ...of(place), member: person, session } },
        }),
      ));
}

/** A link to set a password with: good once, for a day. */
export function issueReset(place: Place, person: string): Promise<IssuedReset> {
  const header = idempotency();
  return 'agency' in place
    ? ok(api.POST(`${people}/password-reset`, { params: { path: { person }, header } }))
    : ok(
        api.POST(`${inAccount}/{member}/password-reset`, {
          params: { path: { ...of(place), member: person }, header },
        }),
      );
}

/** Takes somebody's authenticator away, who lost it. The agency alone can. */
export async function resetSecondFactor(person: string): Promise<void> {
  await ok(api.DELETE(`${people}/second-factor`, { params: { path: { person } } }));
}

/** Deletes somebody who works nowhere any more, and takes what is known of them out of the administration's audit. */
export async function erasePerson(person: string): Promise<void> {
  await ok(api.DELETE(people, { params: { path: { person } } }));
}
