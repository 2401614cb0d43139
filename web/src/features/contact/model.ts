import { type Contact, isProblem } from '@/lib/api';
import type { ContactForm } from './schema';

export type ContactSort = 'name' | '-name' | 'created_at' | '-created_at';

/** What the URL says about which contacts are shown, and in which order. */
export interface ContactFilter {
  q?: string;
  tag?: string;
  sort?: ContactSort;
}

export const defaultSort: ContactSort = '-created_at';

/** The order after a click on a column's head: up, then down. Times begin with the newest. */
export function nextSort(current: ContactSort, column: 'name' | 'created_at'): ContactSort {
  if (column === 'name') return current === 'name' ? '-name' : 'name';
  return current === '-created_at' ? 'created_at' : '-created_at';
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

export const emptyForm: ContactForm = {
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  tags: [],
  owner_id: '',
};

export function toForm(contact: Contact): ContactForm {
  return {
    first_name: contact.first_name ?? '',
    last_name: contact.last_name ?? '',
    email: contact.email ?? '',
    phone: contact.phone ?? '',
    tags: contact.tags ?? [],
    owner_id: contact.owner_id ?? '',
  };
}

const names: Record<keyof ContactForm, string> = {
  first_name: 'First name',
  last_name: 'Last name',
  email: 'E-mail',
  phone: 'Phone',
  tags: 'Tags',
  owner_id: 'Owner',
};

export const formFields = Object.keys(names) as (keyof ContactForm)[];

/** The fields of `form` that differ from `base`: an edit sends only what was edited. */
export function changes(base: ContactForm, form: ContactForm): Partial<ContactForm> {
  const changed = formFields.filter((field) => text(base[field]) !== text(form[field]));
  return Object.fromEntries(changed.map((field) => [field, form[field]]));
}

export interface Clash {
  field: keyof ContactForm;
  label: string;
  theirs: string;
  mine: string;
}

/** Where somebody else's change and mine touch the same field and disagree. */
export function clashes(base: ContactForm, theirs: ContactForm, mine: ContactForm): Clash[] {
  return formFields
    .filter((field) => field in changes(base, theirs) && field in changes(base, mine))
    .filter((field) => text(theirs[field]) !== text(mine[field]))
    .map((field) => ({ field, label: names[field], theirs: text(theirs[field]), mine: text(mine[field]) }));
}

/** Every tag in view, for the filter's menu. */
export function tagsOf(contacts: readonly Contact[]): string[] {
  return [...new Set(contacts.flatMap(({ tags }) => tags ?? []))].sort((a, b) => a.localeCompare(b));
}

function text(value: string | string[]): string {
  return Array.isArray(value) ? value.join(', ') : value;
}
