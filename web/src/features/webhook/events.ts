import type { QueryClient } from '@tanstack/react-query';
import type { ServerEvent } from '@/lib/stream';
import { webhooksKey } from './keys';

export const webhookEventKinds = [
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.disabled',
];

/** Brings the list up to date with what happened to a webhook elsewhere. */
export function applyWebhookEvent(client: QueryClient, account: string, _event: ServerEvent): void {
  void client.invalidateQueries({ queryKey: webhooksKey(account) });
}
