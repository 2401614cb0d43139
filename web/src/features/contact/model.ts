import { type Contact, isProblem } from '@/lib/api';

export const contactSorts = [
  'name',
  '-name',
  'created_at',
  '-created_at',
  'updated_at',
  '-updated_at',
] as const;
export type ContactSort = (typeof contactSorts)[number];

export const defaultSort: ContactSort = '-created_at';

/** The order after a click on a column's head: up, then down. Times begin with the newest. */
export function nextSort(current: ContactSort, column: 'name' | 'created_at' | 'updated_at'): ContactSort {
  if (column === 'name') return current === 'name' ? '-name' : 'name';
  return current === `-${column}` ? column : `-${column}`;
}

export function sortOf(current: ContactSort, column: string): 'ascending' | 'descending' | undefined {
  if (current === column) return 'ascending';
  return current === `-${column}` ? 'descending' : undefined;
}

/** What to call a contact that may have no name. */
export function displayName(contact: Pick<Contact, 'name' | 'email' | 'phone'>): string {
  return contact.name || contact.email || contact.phone || 'No name';
}

/** The other contact that a 409 names, if it is about one. */
export function duplicateOf(error: unknown): { id: string; name: string; field: string } | null {
  if (!isProblem(error, 'contact.duplicate')) return null;
  const contact = error.meta.contact as { id?: unknown; name?: unknown } | undefined;
  if (typeof contact?.id !== 'string') return null;
  return {
    id: contact.id,
    name: typeof contact.name === 'string' && contact.name !== '' ? contact.name : 'Another contact',
    field: error.meta.field === 'email' ? 'e-mail address' : 'phone number',
  };
}

/** Over what a contact may be left alone. */
export const channels = [
  { value: 'sms', label: 'Texts' },
  { value: 'email', label: 'E-mail' },
  { value: 'voice', label: 'Calls' },
  { value: 'chat', label: 'Chat' },
];

/** How an address or a number is. */
export const reachStates = {
  ok: 'Works',
  bounced: 'Bounced',
  complained: 'Complained',
  invalid: 'Does not exist',
} as const;
