import type { AgencyAuditEntry, AuditChange, AuditEntry } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import type { AuditSearch } from './search';
import { actorKinds, bulkName } from './words';

/** One change, of a sub-account's records or of the administration. */
export interface Deed
  extends Pick<
    AuditEntry,
    'id' | 'action' | 'actor' | 'at' | 'ip' | 'user_agent' | 'request_id' | 'seq' | 'hash'
  > {
  erased: boolean;
  subject?: { kind: string; id: string };
  /** The sub-account that an entry of the administration is about. */
  account?: string;
  changes: AuditChange[];
  /** The record as it is after, or was before. */
  about: Record<string, unknown>;
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** Most records stand in their events under their own noun: {"view": {…}}. */
export function deedOfRecord(entry: AuditEntry): Deed {
  const noun = entry.subject_kind;
  const told = { ...recordOf(entry.before), ...recordOf(entry.after) };
  return {
    ...entry,
    erased: entry.erased ?? false,
    subject: { kind: noun, id: entry.subject_id },
    changes: entry.changes.map((change) =>
      change.path.startsWith(`${noun}.`) ? { ...change, path: change.path.slice(noun.length + 1) } : change,
    ),
    about: noun in told ? { ...told, ...recordOf(told[noun]) } : told,
  };
}

/** What is told of the administration has its old values beside the new, as "status" and "status_before". */
export function deedOfAgency(entry: AgencyAuditEntry): Deed {
  const detail = recordOf(entry.detail);
  const changes = Object.entries(detail)
    .filter(([path, value]) => !(path.endsWith('_before') && path.slice(0, -7) in detail) && value !== null)
    .map(([path, after]) => ({ path, before: detail[`${path}_before`], after }));
  return {
    ...entry,
    erased: entry.erased ?? false,
    subject: entry.subject_id ? { kind: entry.action.split('.')[0] ?? '', id: entry.subject_id } : undefined,
    account: entry.sub_account_id,
    changes,
    about: detail,
  };
}

/** What the record is called, as far as the entry tells. */
export function titleOf({ about }: Deed): string {
  const { name, first_name, last_name, title, label, body, email, phone, action } = about;
  const full = [first_name, last_name].filter((part) => typeof part === 'string' && part).join(' ');
  for (const found of [name, full, title, label, body, email, phone])
    if (typeof found === 'string' && found) return found.length > 80 ? `${found.slice(0, 79)}…` : found;
  const { kind, tags } = recordOf(action);
  return typeof kind === 'string' ? [bulkName(kind), ...(Array.isArray(tags) ? tags : [])].join(' ') : '';
}

/** Where the record can be seen; undefined where there is no place for it, or it is gone. */
export function placeOf({
  subject,
  about,
  action,
}: Deed): { contact: string } | { conversation: string } | { import: string } | { view: string } | undefined {
  const told = (key: string) =>
    typeof about[key] === 'string' && about[key] !== '' ? String(about[key]) : undefined;
  if (!subject || action === 'contact.erased') return undefined;
  if (subject.kind === 'contact') return { contact: subject.id };
  if (subject.kind === 'conversation') return { conversation: subject.id };
  if (subject.kind === 'import') return { import: subject.id };
  if (subject.kind === 'view' && action !== 'view.deleted') return { view: subject.id };
  const conversation = told('conversation_id');
  if (subject.kind === 'message' && conversation) return { conversation };
  const contact = told('contact_id');
  return contact ? { contact } : undefined;
}

/** A value for people; ids of people are their names. */
export function valueText(value: unknown, nameOf: (id: string) => string | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value))
    return value.length ? value.map((item) => valueText(item, nameOf)).join(', ') : 'none';
  if (typeof value === 'object') {
    const { address, number } = value as Record<string, unknown>;
    if (typeof address === 'string') return address;
    if (typeof number === 'string') return formatPhone(number);
    return Object.entries(value)
      .filter(([, item]) => item !== '' && item !== null)
      .map(([key, item]) => `${key.replaceAll('_', ' ')}: ${valueText(item, nameOf)}`)
      .join(', ');
  }
  const text = String(value);
  return nameOf(text) ?? text;
}

/** The API's filter for what the address says. */
export function filterOf({ who, action, kind, record, field, from, to, account }: AuditSearch) {
  const ofKind = actorKinds.find(({ value }) => value === who)?.value;
  return {
    actor_kind: ofKind,
    actor: ofKind ? undefined : who,
    action,
    subject_kind: kind,
    subject: record,
    field,
    sub_account: account,
    from: from && startOf(from, 0),
    to: to && startOf(to, 1),
  };
}

export type AuditFilter = ReturnType<typeof filterOf>;

function startOf(day: string, later: number): string {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + later);
  return date.toISOString();
}
