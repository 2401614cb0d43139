import { oneOf, text } from '@/lib/search';

export const views = ['failed', 'events', 'running'] as const;
const queues = ['interactive', 'automation', 'bulk', 'maintenance'] as const;

export interface WorkSearch {
  view?: (typeof views)[number];
  queue?: (typeof queues)[number];
  /** A kind of job, or a subscriber. */
  kind?: string;
}

/** The list of work in its URL. */
export function workSearch(raw: Record<string, unknown>): WorkSearch {
  return { view: oneOf(raw.view, views), queue: oneOf(raw.queue, queues), kind: text(raw.kind) };
}
