import type { Contact } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { showValue } from './cell';
import { type Column, cellValue } from './columns';

/** A field of which one contact's value is kept. */
export interface MergeField {
  /** As the API names it. */
  key: string;
  label: string;
  /** A contact's value as a person reads it; empty for none. */
  show: (contact: Contact) => string;
}

const plain = ['first_name', 'last_name', 'source', 'job_title', 'timezone', 'birthday'];

/** Every field that one of the contacts decides. */
export function mergeFields(
  columns: readonly Column[],
  named: { person: (id: string) => string; company: (id: string) => string },
): MergeField[] {
  const column = (key: string): MergeField[] => {
    const found = columns.find((one) => one.key === key);
    return found
      ? [{ key, label: found.label, show: (contact) => showValue(found, cellValue(contact, key)) }]
      : [];
  };
  const own = columns.filter(({ key }) => key.startsWith('custom.')).flatMap(({ key }) => column(key));
  return [
    ...plain.slice(0, 2).flatMap(column),
    { key: 'email', label: 'Main e-mail', show: ({ email }) => email ?? '' },
    { key: 'phone', label: 'Main phone', show: ({ phone }) => formatPhone(phone ?? '') },
    { key: 'owner_id', label: 'Owner', show: ({ owner_id: id }) => (id ? named.person(id) : '') },
    { key: 'company_id', label: 'Company', show: ({ company_id: id }) => (id ? named.company(id) : '') },
    { key: 'address', label: 'Address', show: ({ address }) => addressOf(address) },
    ...plain.slice(2).flatMap(column),
    ...own,
  ];
}

function addressOf(address: Contact['address']): string {
  if (!address) return '';
  const { street, postal_code, city, region, country } = address;
  const place = [postal_code, city].filter(Boolean).join(' ');
  return [street, place, region, country].filter(Boolean).join(', ');
}

/** Whether the contacts say different things, so that somebody has to choose. */
export function differs(field: MergeField, contacts: readonly Contact[]): boolean {
  return new Set(contacts.map(field.show).filter(Boolean)).size > 1;
}

/** Whose value a field takes unless somebody chooses: the survivor's, or of the others' that of the one changed last. */
export function winnerOf(field: MergeField, contacts: readonly Contact[], survivor: string): string {
  const saying = contacts.filter((contact) => field.show(contact) !== '');
  const own = saying.find(({ id }) => id === survivor);
  const [last] = saying.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  return (own ?? last)?.id ?? survivor;
}

/** The one that was there first: what links to it has done so for the longest. */
export function oldest(contacts: readonly Contact[]): string {
  return contacts.toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0]?.id ?? '';
}

/** What the contacts have together, and all of which is kept. */
export function keptOf(contacts: readonly Contact[]): string[] {
  const size = (list: (contact: Contact) => readonly string[]) => new Set(contacts.flatMap(list)).size;
  const said = (n: number, one: string, many: string) =>
    n > 0 ? [n === 1 ? `1 ${one}` : `${n} ${many}`] : [];
  return [
    ...said(
      size(({ emails }) => (emails ?? []).map(({ address }) => address)),
      'e-mail address',
      'e-mail addresses',
    ),
    ...said(
      size(({ phones }) => (phones ?? []).map(({ number }) => number)),
      'phone number',
      'phone numbers',
    ),
    ...said(
      size(({ tags }) => tags ?? []),
      'tag',
      'tags',
    ),
    'notes, tasks, files and messages',
  ];
}
