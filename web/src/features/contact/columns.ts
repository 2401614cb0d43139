import type { Contact, ContactInput, FilterFields } from '@/lib/api';
import { channels } from './model';

export type ColumnKind =
  | 'text'
  | 'long_text'
  | 'email'
  | 'phone'
  | 'number'
  | 'money'
  | 'date'
  | 'date_time'
  | 'checkbox'
  | 'select'
  | 'multi_select'
  | 'tags'
  | 'person'
  | 'other';

export interface Column {
  /** As a view keeps it: a member of a contact, or "custom." and a field's key. */
  key: string;
  label: string;
  kind: ColumnKind;
  /** In pixels. */
  width: number;
  sort?: 'name' | 'created_at' | 'updated_at';
  options?: { value: string; label: string }[];
  /** It can't be changed in its cell. */
  fixed?: boolean;
}

const column = (key: string, label: string, kind: ColumnKind, width: number, more: Partial<Column> = {}) => ({
  key,
  label,
  kind,
  width,
  ...more,
});

const own: Column[] = [
  column('name', 'Name', 'text', 260, { sort: 'name', fixed: true }),
  column('first_name', 'First name', 'text', 150),
  column('last_name', 'Last name', 'text', 150),
  column('phone', 'Phone', 'phone', 170),
  column('email', 'E-mail', 'email', 230),
  column('tags', 'Tags', 'tags', 220),
  column('owner_id', 'Owner', 'person', 150),
  column('source', 'Source', 'text', 140),
  column('job_title', 'Job title', 'text', 160),
  column('city', 'City', 'text', 140),
  column('region', 'Region', 'text', 120),
  column('country', 'Country', 'text', 90),
  column('timezone', 'Time zone', 'text', 160),
  column('birthday', 'Birthday', 'date', 130),
  column('score', 'Score', 'number', 90),
  column('dnd', 'Do not disturb', 'multi_select', 150, { options: channels }),
  column('created_at', 'Created', 'date_time', 130, { sort: 'created_at', fixed: true }),
  column('updated_at', 'Changed', 'date_time', 130, { sort: 'updated_at', fixed: true }),
];

export const defaultColumns = ['name', 'phone', 'email', 'tags', 'owner_id', 'created_at'];

const kinds: Record<string, ColumnKind> = {
  text: 'text',
  long_text: 'long_text',
  number: 'number',
  money: 'money',
  date: 'date',
  date_time: 'date_time',
  checkbox: 'checkbox',
  select: 'select',
  multi_select: 'multi_select',
};

/** Whether a column shows something of the contact's company. */
export const ofCompany = (key: string) => key.startsWith('company.');

/** Every column there is: a contact's own, then the custom fields, then the company's. */
export function allColumns(catalogue: FilterFields | undefined): Column[] {
  const custom = (catalogue?.fields ?? [])
    .filter(({ field }) => field.startsWith('custom.'))
    .map(({ field, label, kind, options }) =>
      column(field, label, kinds[kind] ?? 'other', 150, { options, fixed: !kinds[kind] }),
    );
  const company = (catalogue?.fields ?? [])
    .filter(({ field }) => ofCompany(field))
    .map(({ field, label, kind, options }) =>
      // Its tags don't narrow a list of contacts, as a contact's own do by a press.
      column(field, sentence(label), kind === 'tags' ? 'multi_select' : (kinds[kind] ?? 'other'), 150, {
        options,
        fixed: true,
      }),
    );
  return [...own, ...custom, ...company];
}

/** The columns of a choice, in its order. The name is always the first; what is no longer there is left out. */
export function chosenColumns(all: Column[], keys: readonly string[]): Column[] {
  const rest = keys.filter((key) => key !== 'name');
  return ['name', ...rest].flatMap((key) => all.find((one) => one.key === key) ?? []);
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function cellValue(contact: Contact, key: string): unknown {
  if (ofCompany(key)) {
    const of = key.slice(8);
    if (of.startsWith('custom.')) return contact.company?.custom?.[of.slice(7)];
    return contact.company?.[of as 'name'];
  }
  if (key.startsWith('custom.')) return contact.custom?.[key.slice(7)];
  if (key in inAddress) return contact.address?.[key as 'city'];
  return contact[key as keyof Contact];
}

const inAddress = { city: true, region: true, country: true };

/** What an edit of one cell asks of the API; null empties it. */
export function patchOf(key: string, value: unknown): ContactInput {
  if (key.startsWith('custom.')) return { custom: { [key.slice(7)]: value } } as ContactInput;
  if (key in inAddress) return { address: { [key]: value ?? '' } } as ContactInput;
  return { [key]: value } as ContactInput;
}

/** The contact as it will be once the edit is kept, to be shown meanwhile. */
export function withValue(contact: Contact, key: string, value: unknown): Contact {
  if (key.startsWith('custom.'))
    return { ...contact, custom: { ...contact.custom, [key.slice(7)]: value } } as Contact;
  if (key in inAddress) return { ...contact, address: { ...contact.address, [key]: value ?? '' } };
  const next = { ...contact, [key]: value ?? '' } as Contact;
  if (key === 'first_name' || key === 'last_name')
    next.name = [next.first_name, next.last_name].filter(Boolean).join(' ') || next.email || next.phone;
  return next;
}
