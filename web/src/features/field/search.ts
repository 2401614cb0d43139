import { oneOf } from '@/lib/search';

/** Whose fields the page shows; a contact's unless it is said. */
export function fieldSearch(raw: Record<string, unknown>): { object?: 'contact' | 'company' } {
  return { object: oneOf(raw.object, ['contact', 'company']) };
}
