import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  cursorPaging,
  idempotency,
  ifMatch,
  ok,
  type Page,
  type Webhook,
  type WebhookDelivery,
  type WebhookInput,
  type WebhookPatch,
} from '@/lib/api';
import { deliveriesKey, webhooksKey } from './keys';
import { nounsOf } from './model';

const list = '/api/v1/sub-accounts/{sub_account}/webhooks';
const one = '/api/v1/sub-accounts/{sub_account}/webhooks/{webhook}';
const log = '/api/v1/sub-accounts/{sub_account}/webhooks/{webhook}/deliveries';

export type DeliveryState = WebhookDelivery['state'];

/** All of them: there are 20 at most. */
export const webhooksQuery = (account: string) =>
  queryOptions({
    queryKey: webhooksKey(account),
    queryFn: async ({ signal }): Promise<Webhook[]> =>
      (await ok(api.GET(list, { signal, params: { path: { sub_account: account } } }))).items,
  });

/** What webhooks may ask for, by noun; it changes with releases alone. */
export const nounsQuery = queryOptions({
  queryKey: ['event-kinds'],
  queryFn: async ({ signal }) => (await ok(api.GET('/api/v1/event-kinds', { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
  select: nounsOf,
});

/** Whether it will change by itself. */
const open = ({ state }: WebhookDelivery) => state === 'waiting' || state === 'pending';

/** What was and is to be sent to a webhook, the newest first; looked at again while some is under way. */
export const deliveriesQuery = (account: string, webhook: string, state: DeliveryState | undefined) =>
  infiniteQueryOptions({
    queryKey: [...deliveriesKey(account, webhook), 'list', state],
    queryFn: ({ pageParam, signal }): Promise<Page<WebhookDelivery>> =>
      ok(
        api.GET(log, {
          signal,
          params: {
            path: { sub_account: account, webhook },
            query: { state, cursor: pageParam, limit: 50 },
          },
        }),
      ),
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ items }) => items.some(open)) ? 5000 : false,
    ...cursorPaging,
  });

/** One delivery, with what is sent and each attempt. */
export const deliveryQuery = (account: string, webhook: string, delivery: string) =>
  queryOptions({
    queryKey: [...deliveriesKey(account, webhook), 'one', delivery],
    queryFn: ({ signal }): Promise<WebhookDelivery> =>
      ok(
        api.GET(`${log}/{delivery}`, {
          signal,
          params: { path: { sub_account: account, webhook, delivery } },
        }),
      ),
    refetchInterval: ({ state: { data } }) => (data && open(data) ? 3000 : false),
  });

/** The answer holds the secret, this once. */
export function createWebhook(account: string, body: WebhookInput, key: string): Promise<Webhook> {
  return ok(api.POST(list, { params: { path: { sub_account: account }, header: idempotency(key) }, body }));
}

/** Changes what `body` names. 412 when somebody else changed the webhook meanwhile. */
export function updateWebhook(
  account: string,
  { id, version }: Webhook,
  body: WebhookPatch,
): Promise<Webhook> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, webhook: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteWebhook(account: string, { id, version }: Webhook): Promise<void> {
  await ok(
    api.DELETE(one, { params: { path: { sub_account: account, webhook: id }, header: ifMatch(version) } }),
  );
}

/** A new secret; the present one signs as well for `hours`. */
export function rotateSecret(account: string, webhook: string, hours: number): Promise<Webhook> {
  return ok(
    api.POST(`${one}/secret`, {
      params: { path: { sub_account: account, webhook }, header: idempotency() },
      body: { overlap_hours: hours },
    }),
  );
}

/** Sends a test, once. */
export function pingWebhook(account: string, webhook: string): Promise<WebhookDelivery> {
  return ok(
    api.POST(`${one}/ping`, { params: { path: { sub_account: account, webhook }, header: idempotency() } }),
  );
}

export function replayDelivery(account: string, webhook: string, delivery: string): Promise<WebhookDelivery> {
  return ok(
    api.POST(`${log}/{delivery}/replay`, {
      params: { path: { sub_account: account, webhook, delivery }, header: idempotency() },
    }),
  );
}

/** Sends again what failed since then, a thousand at most; says how many are left. */
export function replayFailed(account: string, webhook: string, since: Date) {
  return ok(
    api.POST(`${one}/replay`, {
      params: { path: { sub_account: account, webhook }, header: idempotency() },
      body: { since: since.toISOString() },
    }),
  );
}

/** Shows a webhook as the server has it now. Its secret is never kept. */
export function storeWebhook(client: QueryClient, account: string, { secret: _, ...webhook }: Webhook): void {
  client.setQueryData<Webhook[]>(webhooksKey(account), (all) =>
    all?.some(({ id }) => id === webhook.id)
      ? all.map((item) => (item.id === webhook.id ? webhook : item))
      : [...(all ?? []), webhook],
  );
}
