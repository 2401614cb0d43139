import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Session, type SignInProvider } from '@/lib/api';
import { safeNext } from './model';

/** The identity providers of this host; none where the agency has set none up. */
export const signInProvidersQuery = queryOptions({
  queryKey: ['sign-in-providers'],
  queryFn: async ({ signal }): Promise<SignInProvider[]> =>
    (await ok(api.GET('/api/v1/session/providers', { signal }))).items,
  staleTime: 5 * 60_000,
});

/** Where the browser goes to sign in by a provider; it comes back by itself. */
export function ssoAddress(provider: string, next: string | undefined): string {
  return `/sso/start?${new URLSearchParams({ provider, return_to: safeNext(next) ?? '/' })}`;
}

/** The code of somebody whom a provider let in, and who has an authenticator. */
export function confirmSSO(code: string): Promise<Session> {
  return ok(api.POST('/api/v1/session/sso', { body: { code } }));
}

const words: Record<string, string> = {
  'sso.state': 'That sign-in was used already, took too long, or was begun in another browser. Begin again.',
  'sso.refused': 'Your identity provider didn’t let you in.',
  'sso.token':
    'What your identity provider answered can’t be trusted. If it stays so, tell an administrator.',
  'sso.provider_down': 'Your identity provider doesn’t answer. Try again shortly, or tell an administrator.',
  'sso.email_missing':
    'Your identity provider doesn’t tell your e-mail address. An administrator can let it.',
  'sso.email_unverified': 'Your identity provider hasn’t verified your e-mail address.',
  'sso.domain': 'Your e-mail address is of a domain that this provider doesn’t answer for here.',
  'sso.bound': 'Somebody else signs in with this address already. An administrator can undo that.',
  'sso.unknown_person': 'You have no account here yet. Ask an administrator to invite you.',
  'sso.no_role': 'You have no account here yet. Ask an administrator to invite you.',
  'session.no_place': 'You don’t work here any more. Ask an administrator to invite you.',
  'sub_account.suspended': 'This account is suspended. Ask the agency that runs it.',
  'agency.suspended': 'This account is suspended. Ask whoever runs it.',
  'identity_provider.unknown': 'There is no such identity provider here any more. Sign in another way.',
};

/** Why an identity provider let nobody in, by the code in the address. */
export function ssoWords(code: string): string {
  return words[code] ?? 'Signing in by your identity provider didn’t work. Try again.';
}
