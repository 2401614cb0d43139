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

/** How sure a group of duplicates has to be, of a hundred. */
export const surenesses = [
  { value: '50', label: 'All' },
  { value: '75', label: 'Surer' },
  { value: '90', label: 'Surest' },
] as const;

export interface DuplicateSearch {
  least?: (typeof surenesses)[number]['value'];
}

export function duplicateSearch(raw: Record<string, unknown>): DuplicateSearch {
  const least = oneOf(
    String(raw.least),
    surenesses.map(({ value }) => value),
  );
  return { least: least === '50' ? undefined : least };
}
