import { type QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, isProblem, ok, type Session } from '@/lib/api';

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await ok(api.GET('/api/v1/session'));
    } catch (error) {
      if (isProblem(error) && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** The session of a page behind the sign-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error('This page is shown to signed-in people only.');
  return data;
}

export function signIn(input: { email: string; password: string; code?: string }): Promise<Session> {
  return ok(api.POST('/api/v1/session', { body: input }));
}

/** Ends this session, or all of them, and forgets everything that was read with it. */
export async function signOut(client: QueryClient, everywhere = false): Promise<void> {
  await ok(everywhere ? api.DELETE('/api/v1/sessions') : api.DELETE('/api/v1/session'));
  const brand = client.getQueryData(['brand']);
  client.clear();
  client.setQueryData(['brand'], brand);
  client.setQueryData(sessionQuery.queryKey, null);
}

/** Has somebody of the agency be themselves again; what was read as somebody else is read anew. */
export async function endImpersonation(client: QueryClient): Promise<void> {
  await ok(api.DELETE('/api/v1/session/impersonation'));
  await client.resetQueries();
}

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => ok(api.GET('/api/v1/invitations/{token}', { params: { path: { token } } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A person who is known here joins with the password they have, and their code if they turned that on. */
export function acceptInvitation(
  token: string,
  body: { name: string; password: string; code?: string },
): Promise<Session> {
  return ok(api.POST('/api/v1/invitations/{token}/accept', { params: { path: { token } }, body }));
}

export function startTotp() {
  return ok(api.POST('/api/v1/me/totp'));
}

export function confirmTotp(code: string) {
  return ok(api.POST('/api/v1/me/totp/confirm', { body: { code } }));
}

export function removeTotp(password: string) {
  return ok(api.DELETE('/api/v1/me/totp', { body: { password } }));
}

/** The people of a sub-account to whom something can be assigned. */
export const membersQuery = (account: string) =>
  queryOptions({
    queryKey: ['account', account, 'members'],
    queryFn: () =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/members', { params: { path: { sub_account: account } } }),
      ),
    select: (page) => page.items ?? [],
    staleTime: 5 * 60_000,
  });
