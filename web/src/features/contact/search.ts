import type { FilterTree } from '@/lib/api';
import { oneOf, text } from '@/lib/search';
import { type ContactSort, contactSorts } from './model';

/** The contacts page in its URL. What is absent is as the view has it. */
export interface ContactSearch {
  q?: string;
  /** null: everybody, whatever the view says. */
  filter?: FilterTree | null;
  sort?: ContactSort;
  /** A saved view's id. */
  view?: string;
  /** The side panel: a contact's id, or "new". */
  contact?: string;
}

export function contactSearch(raw: Record<string, unknown>): ContactSearch {
  return {
    q: text(raw.q),
    filter: filterOf(raw.filter),
    sort: oneOf(raw.sort, contactSorts),
    view: text(raw.view),
    contact: text(raw.contact),
  };
}

/** Whether it fits the catalogue is the server's to say. */
function filterOf(raw: unknown): FilterTree | null | undefined {
  if (raw === null) return null;
  return typeof raw === 'object' && !Array.isArray(raw) ? (raw as FilterTree) : undefined;
}
