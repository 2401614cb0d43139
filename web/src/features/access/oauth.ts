import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/lib/api';

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
