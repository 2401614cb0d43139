import { type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  idempotency,
  ifMatch,
  type OpenSession,
  ok,
  type Passkey,
  type SecurityPolicy,
  type Session,
} from '@/lib/api';
import { askCredential, makeCredential } from './webauthn';

/* What a person does for the safety of their own account, and an agency for everybody's. */

export const ownSessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: async ({ signal }): Promise<OpenSession[]> =>
    (await ok(api.GET('/api/v1/me/sessions', { signal }))).items,
});

export async function endOwnSession(session: string): Promise<void> {
  await ok(api.DELETE('/api/v1/me/sessions/{session}', { params: { path: { session } } }));
}

/** Ends the other sessions too. */
export async function changePassword(body: { password: string; new_password: string }): Promise<void> {
  await ok(api.PUT('/api/v1/me/password', { body }));
}

/** Ten new ones; the former ones end. */
export function renewRecoveryCodes(code: string) {
  return ok(api.POST('/api/v1/me/recovery-codes', { params: { header: idempotency() }, body: { code } }));
}

export const passkeysQuery = queryOptions({
  queryKey: ['me', 'passkeys'],
  queryFn: async ({ signal }): Promise<Passkey[]> =>
    (await ok(api.GET('/api/v1/me/passkeys', { signal }))).items,
});

/** Asks the browser for a new passkey and keeps it under a name. */
export async function addPasskey(name: string): Promise<Passkey> {
  const { ceremony, options } = await ok(api.POST('/api/v1/me/passkeys/begin'));
  const credential = await makeCredential(options);
  return ok(api.POST('/api/v1/me/passkeys', { body: { ceremony, name, credential } }));
}

export function renamePasskey({ id, version }: Passkey, name: string): Promise<Passkey> {
  return ok(
    api.PATCH('/api/v1/me/passkeys/{passkey}', {
      params: { path: { passkey: id }, header: ifMatch(version) },
      body: { name },
    }),
  );
}

export async function removePasskey(passkey: string, password: string): Promise<void> {
  await ok(
    api.DELETE('/api/v1/me/passkeys/{passkey}', { params: { path: { passkey } }, body: { password } }),
  );
}

/** Nobody says who they are before: the passkey knows. */
export async function signInByPasskey(): Promise<Session> {
  const { ceremony, options } = await ok(api.POST('/api/v1/session/passkey/begin'));
  const credential = await askCredential(options);
  return ok(api.POST('/api/v1/session/passkey', { body: { ceremony, credential } }));
}

export const policyQuery = queryOptions({
  queryKey: ['agency', 'security-policy'],
  queryFn: ({ signal }) => ok(api.GET('/api/v1/agency/security-policy', { signal })),
});

/** Refused with a 412 when it is not any more what the person saw. */
export function patchPolicy(version: number, mfa: SecurityPolicy['mfa']): Promise<SecurityPolicy> {
  return ok(
    api.PATCH('/api/v1/agency/security-policy', { params: { header: ifMatch(version) }, body: { mfa } }),
  );
}

export const resetQuery = (token: string) =>
  queryOptions({
    queryKey: ['password-reset', token],
    queryFn: () => ok(api.GET('/api/v1/password-resets/{token}', { params: { path: { token } } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Ends every session of the person. */
export async function setPasswordByLink(token: string, password: string): Promise<void> {
  await ok(api.POST('/api/v1/password-resets/{token}', { params: { path: { token } }, body: { password } }));
}

/** Has somebody of the agency be taken for a member; what was read as themselves is read anew. */
export async function startImpersonation(
  client: QueryClient,
  body: { sub_account_id: string; member_id: string; reason: string; read_only: boolean },
): Promise<void> {
  await ok(api.POST('/api/v1/agency/impersonation', { body }));
  await client.resetQueries();
}
