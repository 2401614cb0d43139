import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { api, cursorPaging, ok, type Page, type TimelineEntry } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { type Subject, subjectId } from '@/lib/subject';

export type Category = TimelineEntry['category'];

const timelinesKey = (account: string, of: 'contact' | 'company') =>
  ['account', account, 'timeline', of] as const;

/** Everything that happened to a contact, or to a company and its contacts, the newest first. */
export const timelineQuery = (account: string, of: Subject, kind: Category | undefined) =>
  infiniteQueryOptions({
    queryKey: [...timelinesKey(account, of.company_id ? 'company' : 'contact'), subjectId(of), kind],
    queryFn: ({ pageParam, signal }): Promise<Page<TimelineEntry>> => {
      const query = { cursor: pageParam, limit: 50 };
      const { contact_id: contact = '', company_id: company } = of;
      return company
        ? ok(
            api.GET('/api/v1/sub-accounts/{sub_account}/companies/{company}/timeline', {
              signal,
              params: { path: { sub_account: account, company }, query: { ...query, kind } },
            }),
          )
        : ok(
            api.GET('/api/v1/sub-accounts/{sub_account}/contacts/{contact}/timeline', {
              signal,
              // Nothing of a company's own is in a contact's.
              params: {
                path: { sub_account: account, contact },
                query: { ...query, kind: kind === 'company' ? undefined : kind },
              },
            }),
          );
    },
    ...cursorPaging,
  });

const due = new WeakMap<QueryClient, ReturnType<typeof setTimeout>>();

/** Reads anew what is seen of the timelines of a contact or a company; a company's tell of its contacts too, once for a burst. */
export function refreshTimeline(client: QueryClient, account: string, id: string): void {
  for (const of of ['contact', 'company'] as const)
    void client.invalidateQueries({ queryKey: [...timelinesKey(account, of), id] });
  if (due.has(client)) return;
  const timer = setTimeout(() => {
    due.delete(client);
    void client.invalidateQueries({ queryKey: timelinesKey(account, 'company') });
  }, 400);
  due.set(client, timer);
}

interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

const fields: Record<string, string> = {
  owner_id: 'owner',
  company_id: 'company',
  emails: 'e-mail addresses',
  phones: 'phone numbers',
  email: 'primary e-mail',
  phone: 'primary phone',
  dnd: 'do not disturb',
  timezone: 'time zone',
  custom: 'own fields',
  opted_out: 'opt-out',
};

const channels: Record<string, string> = {
  sms: 'text',
  email: 'e-mail',
  voice: 'call',
  chat: 'chat message',
};

const fixed: Record<string, string> = {
  'contact.created': 'added the contact',
  'contact.deleted': 'deleted the contact',
  'contact.merged': 'merged another contact into this one',
  'contact.unmerged': 'took a merge back',
  'company.created': 'added the company',
  'company.deleted': 'deleted the company',
  'note.created': 'wrote a note',
  'note.updated': 'changed a note',
  'note.deleted': 'deleted a note',
  'task.created': 'made a task',
  'task.updated': 'changed a task',
  'task.completed': 'finished a task',
  'task.reopened': 'opened a task again',
  'task.deleted': 'deleted a task',
  'task.reminder': 'reminded of a task',
  'file.created': 'added a file',
  'file.deleted': 'deleted a file',
};

/** Where a contact of a company went, or came from; undefined where it did neither. */
function moveOf(entry: TimelineEntry, company: string): string | undefined {
  const move = entry.contact && changesOf(entry).find(({ field }) => field === 'company_id');
  if (!move) return undefined;
  const nameOf = (id: unknown) => entry.companies?.find((one) => one.id === id)?.name ?? 'another company';
  if (move.after === company)
    return move.before ? `moved a contact here from ${nameOf(move.before)}` : 'added a contact';
  return move.after ? `moved a contact to ${nameOf(move.after)}` : 'took a contact out';
}

/** What happened, as what its actor did: "wrote a note"; company: in whose timeline it is told. */
export function deedOf(entry: TimelineEntry, company?: string): string {
  const { kind, category } = entry;
  const move = company && moveOf(entry, company);
  if (move && kind === 'contact.updated') return move;
  const detail = entry.detail as Record<string, unknown>;
  if (kind === 'message.created') {
    const what = channels[String(detail.channel)] ?? 'message';
    return detail.direction === 'in' ? `a ${what} came in` : `sent a ${what}`;
  }
  if (category === 'conversation')
    return detail.status === 'closed' ? 'resolved the thread' : 'reopened the thread';
  if (category === 'consent') {
    const what = channels[String(detail.channel)] ?? String(detail.channel ?? 'message');
    return detail.opted_out === false ? `agreed to ${what}s again` : `asked for no more ${what}s`;
  }
  if (kind === 'contact.updated' || kind === 'company.updated') {
    const names = changesOf(entry).map(({ field }) => fieldName(field));
    if (names.length === 0) return `changed the ${category}`;
    const shown = names.slice(0, 3).join(', ');
    return `changed ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  }
  return fixed[kind] ?? kind.replace(/[._]+/g, ' ');
}

/** The words of the record itself: a note's text, a task's title, a file's name. */
export function excerptOf({ detail }: TimelineEntry): string {
  const { title, name, body, address } = detail as Record<string, unknown>;
  const text = title ?? body ?? name ?? address;
  return typeof text === 'string' ? text : '';
}

/** The changes to list below the deed: all but a move, which it tells. */
export function listedChanges(entry: TimelineEntry, company?: string): Change[] {
  const moved = company && entry.kind === 'contact.updated';
  return changesOf(entry).filter(({ field }) => !(moved && field === 'company_id'));
}

export function changesOf({ detail }: TimelineEntry): Change[] {
  const { changes } = detail as { changes?: Change[] };
  return Array.isArray(changes) ? changes : [];
}

export function fieldName(field: string): string {
  return fields[field] ?? field.replaceAll('_', ' ');
}

/** A value of a change for people; ids mean nothing to them. */
export function valueText(value: unknown, nameOf: (id: string) => string): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.map((item) => valueText(item, nameOf)).join(', ') || 'nothing';
  if (typeof value === 'object') {
    const { address, number } = value as Record<string, unknown>;
    if (typeof address === 'string') return address;
    if (typeof number === 'string') return formatPhone(number);
    return (
      Object.values(value)
        .filter((item) => item !== '' && item !== null)
        .map((item) => valueText(item, nameOf))
        .join(', ') || 'nothing'
    );
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text) ? nameOf(text) : text;
}
