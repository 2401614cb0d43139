import type { AgencyAuditEntry, AuditEntry } from '@/lib/api';
import { colleague, id, me, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

const dana = { kind: 'person', id: me, name: 'Dana Whitfield' };
const sam = { kind: 'person', id: colleague, name: 'Sam Okafor' };
const hash = (n: number) => n.toString(16).padStart(8, '0').repeat(8);

const stories: Partial<AuditEntry>[] = [
  {
    action: 'contact.updated',
    after: { first_name: 'Maria', last_name: 'Lopez', phone: '+14155550123' },
    changes: [
      { path: 'phone', before: '', after: '+14155550123' },
      { path: 'owner_id', before: me, after: colleague },
      { path: 'custom.loyalty_level', after: 'Gold' },
    ],
  },
  {
    action: 'contact.created',
    actor: { kind: 'key', id: id(10, 0), name: 'Website forms' },
    after: { first_name: 'Ana', last_name: 'Silva', email: 'ana@example.com' },
    changes: [
      { path: 'first_name', after: 'Ana' },
      { path: 'last_name', after: 'Silva' },
      { path: 'email', after: 'ana@example.com' },
    ],
  },
  {
    action: 'note.updated',
    subject_kind: 'note',
    actor: { ...sam, impersonator: { id: me, name: 'Dana Whitfield' } },
    after: { contact_id: id(2, 3), body: 'Prefers the afternoon, and a quiet room.' },
    changes: [
      { path: 'body', before: 'Prefers the morning.', after: 'Prefers the afternoon, and a quiet room.' },
    ],
  },
  {
    action: 'contact.deleted',
    erased: true,
    changes: [{ path: 'first_name' }, { path: 'last_name' }],
  },
  {
    action: 'bulk.started',
    subject_kind: 'bulk',
    after: { bulk: { action: { kind: 'tag.add', tags: ['vip'] } } },
    changes: [],
  },
  {
    action: 'message.updated',
    subject_kind: 'message',
    actor: { kind: 'carrier', id: '', name: 'Twilio' },
    after: { body: 'See you on Monday!', conversation_id: id(3, 1), status: 'delivered' },
    changes: [{ path: 'status', before: 'sent', after: 'delivered' }],
  },
];

export function makeEntry(n: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: id(20, n),
    action: 'contact.updated',
    subject_kind: 'contact',
    subject_id: id(2, n % 12),
    actor: n % 2 ? sam : dana,
    ip: '203.0.113.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0',
    request_id: id(21, n),
    changes: [],
    seq: 2000 - n,
    hash: hash(2000 - n),
    at: minutesAgo(n * 47),
    ...stories[n % stories.length],
    ...changes,
  };
}

const administered: Partial<AgencyAuditEntry>[] = [
  { action: 'session.opened', detail: { method: 'password' } },
  {
    action: 'sub_account.updated',
    sub_account_id: id(9, 1),
    actor: { kind: 'operator', id: 'omnicrm-operator', name: 'Operator' },
    detail: { name: 'bright-smile', status: 'active', status_before: 'suspended' },
  },
  { action: 'api_key.created', detail: { name: 'Website forms', scopes: ['contacts.write'] } },
  { action: 'member.removed', erased: true, actor: { kind: 'person', id: id(23, 0), name: '' }, detail: {} },
  { action: 'person.erased', subject_id: id(23, 0), detail: {} },
];

function changed({ version }: { version: number }, body: Record<string, unknown>, request: Request) {
  return request.headers.get('If-Match') === `"${version}"`
    ? { retention_days: Number(body.retention_days), version: version + 1 }
    : new Refusal(412, 'audit.stale', 'Somebody changed this meanwhile. Read it again.');
}

/** The audit of a sub-account and of the agency, in memory. */
export class FakeAudit {
  entries: AuditEntry[];
  agency: AgencyAuditEntry[];
  policy = { retention_days: 400, version: 0 };
  agencyPolicy = { retention_days: 0, version: 0 };
  broken?: { at: number; why: string };

  constructor(rows: number) {
    this.entries = Array.from({ length: rows }, (_, n) => makeEntry(n));
    this.agency = Array.from({ length: Math.min(rows, 30) }, (_, n) => ({
      id: id(22, n),
      action: 'session.opened',
      subject_id: me,
      actor: dana,
      ip: '203.0.113.7',
      detail: {},
      seq: 100 - n,
      hash: hash(100 - n),
      at: minutesAgo(n * 180),
      ...administered[n % administered.length],
    }));
  }

  routes: Route[] = [
    ['GET', /\/agency\/audit$/, (_, __, { searchParams }) => this.list(this.agency, searchParams)],
    ['GET', /\/audit$/, (_, __, { searchParams }) => this.list(this.entries, searchParams)],
    ['GET', /\/audit\/verification$/, () => this.verification()],
    ['GET', /\/agency\/audit\/policy$/, () => this.agencyPolicy],
    [
      'PATCH',
      /\/agency\/audit\/policy$/,
      (_, body, __, request) => {
        const next = changed(this.agencyPolicy, body, request);
        if (!(next instanceof Refusal)) this.agencyPolicy = next;
        return next;
      },
    ],
    ['GET', /\/audit\/policy$/, () => this.policy],
    [
      'PATCH',
      /\/audit\/policy$/,
      (_, body, __, request) => {
        const next = changed(this.policy, body, request);
        if (!(next instanceof Refusal)) this.policy = next;
        return next;
      },
    ],
  ];

  private list<T extends AuditEntry | AgencyAuditEntry>(all: T[], query: URLSearchParams) {
    const wanted = (name: string, value: string | undefined) => !query.get(name) || query.get(name) === value;
    const action = query.get('action') ?? '';
    const found = all.filter(
      (entry) =>
        (!action ||
          entry.action === action ||
          (action.endsWith('*') && entry.action.startsWith(action.slice(0, -1)))) &&
        wanted('actor', entry.actor.id) &&
        wanted('actor_kind', entry.actor.kind) &&
        wanted('subject', entry.subject_id) &&
        wanted('subject_kind', 'subject_kind' in entry ? entry.subject_kind : undefined) &&
        (!query.get('field') ||
          ('changes' in entry &&
            entry.changes.some(({ path }) => path.includes(query.get('field') ?? '')))) &&
        entry.at >= (query.get('from') ?? '') &&
        (!query.get('to') || entry.at < (query.get('to') ?? '')),
    );
    const from = Number(query.get('cursor') ?? 0);
    return {
      items: found.slice(from, from + 50),
      next_cursor: from + 50 < found.length ? String(from + 50) : undefined,
    };
  }

  private verification() {
    const entries = this.entries.length;
    return {
      holds: !this.broken,
      entries,
      first: entries ? 2001 - entries : 0,
      last: entries ? 2000 : 0,
      signed: entries ? 1990 : 0,
      checkpoints: entries ? 12 : 0,
      erased: 3,
      broken_at: this.broken?.at,
      why: this.broken?.why,
    };
  }
}
