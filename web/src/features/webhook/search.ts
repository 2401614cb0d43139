import { text } from '@/lib/search';

export interface WebhookSearch {
  /** The webhook in the panel, or "new". */
  webhook?: string;
  /** One of its deliveries. */
  delivery?: string;
}

export function webhookSearch(raw: Record<string, unknown>): WebhookSearch {
  return { webhook: text(raw.webhook), delivery: text(raw.delivery) };
}
