import type { Contact, ContactInput } from '@/lib/api';
import { canon, differing } from '@/lib/differ';
import type { Clash } from '@/ui/stale-notice';
import type { ContactForm, Reach } from './schema';

export const emptyForm: ContactForm = {
  first_name: '',
  last_name: '',
  emails: [],
  phones: [],
  tags: [],
  owner_id: '',
  company_id: '',
  job_title: '',
  birthday: '',
  timezone: '',
  source: '',
  address: { street: '', city: '', region: '', postal_code: '', country: '' },
  followers: [],
  dnd: [],
  custom: {},
};

export function toForm(contact: Contact): ContactForm {
  return {
    first_name: contact.first_name ?? '',
    last_name: contact.last_name ?? '',
    emails: (contact.emails ?? []).map((email) => ({ ...email })),
    phones: (contact.phones ?? []).map(({ number, ...rest }) => ({ address: number, ...rest })),
    tags: contact.tags ?? [],
    owner_id: contact.owner_id ?? '',
    company_id: contact.company_id ?? '',
    job_title: contact.job_title ?? '',
    birthday: contact.birthday ?? '',
    timezone: contact.timezone ?? '',
    source: contact.source ?? '',
    address: { ...emptyForm.address, ...contact.address },
    followers: contact.followers ?? [],
    dnd: contact.dnd ?? [],
    custom: contact.custom ?? {},
  };
}

const names: Record<keyof ContactForm, string> = {
  first_name: 'First name',
  last_name: 'Last name',
  emails: 'E-mail',
  phones: 'Phone',
  tags: 'Tags',
  owner_id: 'Owner',
  company_id: 'Company',
  job_title: 'Job title',
  birthday: 'Birthday',
  timezone: 'Time zone',
  source: 'Source',
  address: 'Address',
  followers: 'Followers',
  dnd: 'Do not disturb',
  custom: 'Custom fields',
};

export const formFields = Object.keys(names) as (keyof ContactForm)[];

/** The fields of `form` that differ from `base`: an edit sends only what was edited. */
export function changes(base: ContactForm, form: ContactForm): Partial<ContactForm> {
  const changed = formFields.filter((field) => said(base[field]) !== said(form[field]));
  return Object.fromEntries(changed.map((field) => [field, form[field]]));
}

/** Where somebody else's change and mine touch the same field and disagree; custom values apart. */
export function clashes(base: ContactForm, theirs: ContactForm, mine: ContactForm): Clash[] {
  return formFields
    .filter((field) => field !== 'custom')
    .filter((field) => field in changes(base, theirs) && field in changes(base, mine))
    .filter((field) => said(theirs[field]) !== said(mine[field]))
    .map((field) => ({ field, label: names[field], theirs: text(theirs[field]), mine: text(mine[field]) }));
}

/** What is sent of an edit: of the address and of custom values only what differs from `base`. */
export function patchOf(base: ContactForm, form: ContactForm): ContactInput {
  const { emails, phones, address, custom, ...rest } = changes(base, form);
  const nullable = ['owner_id', 'company_id', 'birthday', 'timezone', 'job_title', 'source'] as const;
  const body: ContactInput = { ...rest };
  for (const field of nullable) if (field in rest) body[field] = rest[field] || null;
  if (emails) body.emails = filled(emails).map(({ address: mail, ...more }) => ({ address: mail, ...more }));
  if (phones) body.phones = filled(phones).map(({ address: number, ...more }) => ({ number, ...more }));
  if (address) body.address = differing(base.address, address);
  if (custom) body.custom = differing(base.custom, custom) as ContactInput['custom'];
  return body;
}

/** Those that are written down; one of them is the primary one. */
function filled(list: readonly Reach[]): Reach[] {
  const some = list.filter(({ address }) => address.trim() !== '');
  const primary = Math.max(
    0,
    some.findIndex((item) => item.primary),
  );
  return some.map((item, n) => ({ ...item, primary: n === primary }));
}

/** What a field says; a line for an address or a number that is not filled in says nothing. */
function said(value: unknown): string {
  return canon(Array.isArray(value) ? value.filter((item) => item?.address !== '') : value);
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).filter(Boolean).join(', ');
  if (value && typeof value === 'object')
    return 'address' in value
      ? String(value.address)
      : Object.values(value).map(text).filter(Boolean).join(', ');
  return String(value ?? '');
}
