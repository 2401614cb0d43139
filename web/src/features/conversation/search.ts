import { oneOf, text } from '@/lib/search';

export interface InboxSearch {
  show?: 'unread' | 'all';
  conversation?: string;
  /** A contact to write to who may have no conversation yet. */
  to?: string;
}

/** The inbox in its URL. */
export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  return { show: oneOf(raw.show, ['unread', 'all']), conversation: text(raw.conversation), to: text(raw.to) };
}
