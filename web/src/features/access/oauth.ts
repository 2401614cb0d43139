import { queryOptions } from '@tanstack/react-query';
import { api, idempotency, ifMatch, type NewOAuthApp, type OAuthApp, type OAuthGrant, ok } from '@/lib/api';

/** What an app asks of whoever is signed in. It is good for minutes and one answer. */
export const oauthRequestQuery = (request: string) =>
  queryOptions({
    queryKey: ['oauth-request', request],
    queryFn: () => ok(api.GET('/api/v1/me/oauth-requests/{request}', { params: { path: { request } } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Answers yes in these sub-accounts, or no; gives the app's address, where the browser goes on. */
export async function answerOAuth(request: string, subAccounts: string[] | null): Promise<string> {
  const params = { path: { request } };
  const answer = await (subAccounts
    ? ok(
        api.POST('/api/v1/me/oauth-requests/{request}/allow', {
          params,
          body: { sub_account_ids: subAccounts },
        }),
      )
    : ok(api.POST('/api/v1/me/oauth-requests/{request}/refuse', { params })));
  return answer.redirect_to;
}

/** The apps that I let in and have not taken back. */
export const grantsQuery = queryOptions({
  queryKey: ['me', 'oauth-grants'],
  queryFn: async ({ signal }): Promise<OAuthGrant[]> =>
    (await ok(api.GET('/api/v1/me/oauth-grants', { signal }))).items,
});

export async function endGrant(grant: string): Promise<void> {
  await ok(api.DELETE('/api/v1/me/oauth-grants/{grant}', { params: { path: { grant } } }));
}

/** The apps that the agency registered. */
export const oauthAppsQuery = queryOptions({
  queryKey: ['agency', 'oauth-apps'],
  queryFn: async ({ signal }): Promise<OAuthApp[]> =>
    (await ok(api.GET('/api/v1/agency/oauth-apps', { signal }))).items,
});

/** The answer holds the secret of a confidential one, this once. */
export function createOAuthApp(body: NewOAuthApp): Promise<OAuthApp> {
  return ok(api.POST('/api/v1/agency/oauth-apps', { params: { header: idempotency() }, body }));
}

/** Refused with a 412 when it is not any more what the person saw. */
export function patchOAuthApp(
  { id, version }: OAuthApp,
  body: Omit<NewOAuthApp, 'confidential'>,
): Promise<OAuthApp> {
  return ok(
    api.PATCH('/api/v1/agency/oauth-apps/{app}', {
      params: { path: { app: id }, header: ifMatch(version) },
      body,
    }),
  );
}

/** Another secret, shown this once; the one before is refused at once. */
export function rotateOAuthSecret({ id }: OAuthApp): Promise<OAuthApp> {
  return ok(
    api.POST('/api/v1/agency/oauth-apps/{app}/secret', {
      params: { path: { app: id }, header: idempotency() },
    }),
  );
}

export async function deleteOAuthApp({ id, version }: OAuthApp): Promise<void> {
  await ok(
    api.DELETE('/api/v1/agency/oauth-apps/{app}', {
      params: { path: { app: id }, header: ifMatch(version) },
    }),
  );
}
