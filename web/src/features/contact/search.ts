import { oneOf, text } from '@/lib/search';
import type { ContactFilter } from './model';

export interface ContactSearch extends ContactFilter {
  /** The side panel: a contact's id, or "new". */
  contact?: string;
}

/** The contacts page in its URL. */
export function contactSearch(raw: Record<string, unknown>): ContactSearch {
  return {
    q: text(raw.q),
    tag: text(raw.tag),
    sort: oneOf(raw.sort, ['name', '-name', 'created_at', '-created_at']),
    contact: text(raw.contact),
  };
}
