import type { Bulk, BulkAction, Contact, NewBulk } from '@/lib/api';
import { id, me, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

/** The contacts that bulk actions change. */
interface Contacts {
  contacts: Contact[];
  filter: { matching: (body: Record<string, unknown>) => Contact[] };
}

export function makeBulk(n: number, changes: Partial<Bulk> = {}): Bulk {
  return {
    id: id(15, n),
    action: { kind: 'tag.add', tags: ['vip'] },
    filter: null,
    q: '',
    state: 'running',
    total: 0,
    gathered: false,
    done: 0,
    changed: 0,
    skipped: 0,
    failed: 0,
    reasons: {},
    undone: 0,
    kept: 0,
    error: '',
    author: { kind: 'person', id: me, name: 'Dana Whitfield' },
    undo_until: new Date(Date.now() + 29 * 86_400_000).toISOString(),
    created_at: minutesAgo(n * 700 + 3),
    updated_at: minutesAgo(n * 700 + 1),
    version: 1,
    ...changes,
  } as Bulk;
}

const over = { gathered: true, total: 41_280, done: 41_280, changed: 40_980, skipped: 290, failed: 10 };

/** What there is when one looks: of each state one. */
export const manyBulks = [
  makeBulk(1, { state: 'paused', ...over, done: 12_000, changed: 11_900, skipped: 100, failed: 0 }),
  makeBulk(2, {
    ...over,
    state: 'done',
    action: { kind: 'field.set', field: 'custom.plan', value: 'gold' },
    filter: { field: 'tags', op: 'any_of', value: ['vip'] },
    reasons: { 'A contact has at most 50 tags.': 10 },
  }),
  makeBulk(3, { ...over, state: 'undone', action: { kind: 'delete' }, undone: 40_971, kept: 9 }),
  makeBulk(4, {
    ...over,
    state: 'failed',
    done: 3000,
    changed: 2980,
    action: {
      kind: 'tag.remove',
      tags: ['Donaudampfschifffahrtsgesellschaftskapitän', 'newsletter', 'spring campaign'],
    },
    error: 'The filter names a field that was archived: “Plan”. Restore it, and begin again.',
  }),
  makeBulk(5, {
    ...over,
    state: 'cancelled',
    action: { kind: 'dnd.add', channels: ['sms', 'voice'] },
    done: 9000,
    changed: 8990,
    skipped: 0,
  }),
];

/** Bulk actions in memory: one that runs comes a step further with every look at it. */
export class FakeBulks {
  /** How many looks it takes until one is done; with infinity it never is. */
  steps = 2;
  private before = new Map<string, Contact[]>();
  private made = 100;

  constructor(
    private world: Contacts,
    public items: Bulk[],
  ) {}

  routes: Route[] = [
    [
      'GET',
      /\/contacts\/bulk$/,
      () => {
        this.items = this.items.map((item) => this.step(item));
        return { items: this.items };
      },
    ],
    ['POST', /\/contacts\/bulk$/, (_, body) => this.start(body as unknown as NewBulk)],
    ['GET', /\/contacts\/bulk\/([^/]+)$/, ([, one]) => this.items.find((item) => item.id === one) ?? missing],
    ['POST', /\/contacts\/bulk\/([^/]+)\/pause$/, ([, one]) => this.move(one, 'paused', ['running'])],
    ['POST', /\/contacts\/bulk\/([^/]+)\/resume$/, ([, one]) => this.move(one, 'running', ['paused'])],
    [
      'POST',
      /\/contacts\/bulk\/([^/]+)\/cancel$/,
      ([, one]) => this.move(one, 'cancelled', ['running', 'paused']),
    ],
    [
      'POST',
      /\/contacts\/bulk\/([^/]+)\/undo$/,
      ([, one]) => this.move(one, 'undoing', ['done', 'cancelled', 'failed']),
    ],
  ];

  private start(body: NewBulk) {
    const { action, ids, filter, q, except } = body;
    if (action.tags?.some((tag) => tag.length > 64))
      return new Refusal(422, 'bulk.invalid', 'Some fields are not valid.', {
        errors: [{ path: 'action.tags[0]', message: 'A tag has at most 64 characters.' }],
      });
    const whom = ids
      ? this.world.contacts.filter((item) => ids.includes(item.id))
      : this.world.filter.matching({ filter, q }).filter((item) => !except?.includes(item.id));
    const bulk = makeBulk(this.made, {
      id: id(15, this.made++),
      action,
      filter: filter ?? null,
      q: q ?? '',
      total: whom.length,
      created_at: minutesAgo(0),
      updated_at: minutesAgo(0),
    });
    this.before.set(bulk.id, whom);
    this.items = [bulk, ...this.items];
    return bulk;
  }

  private move(one: string | undefined, state: Bulk['state'], from: Bulk['state'][]) {
    const old = this.items.find((item) => item.id === one);
    if (!old) return missing;
    if (!from.includes(old.state))
      return new Refusal(409, 'bulk.state', 'The bulk action does not allow this now.', { state: old.state });
    const next = { ...old, state, version: old.version + 1 };
    this.items = this.items.map((item) => (item === old ? next : item));
    return next;
  }

  private step(item: Bulk): Bulk {
    const whom = this.before.get(item.id) ?? [];
    if (item.state === 'undoing') {
      this.put(whom);
      return { ...item, state: 'undone', undone: item.changed };
    }
    if (item.state !== 'running') return item;
    if (!item.gathered) return { ...item, gathered: true };
    const done = Math.min(item.total, item.done + Math.ceil(item.total / this.steps));
    const before = this.world.contacts;
    const after = whom.slice(0, done).map((contact) => changed(contact, item.action));
    if (item.action.kind === 'delete')
      this.world.contacts = before.filter((contact) => !after.some(({ id: gone }) => gone === contact.id));
    else this.put(after);
    return { ...item, done, changed: done, ...(done === item.total && { state: 'done' as const }) };
  }

  /** Puts contacts in the place of those with the same ids; deleted ones come back. */
  private put(contacts: Contact[]): void {
    const known = new Map(contacts.map((contact) => [contact.id, contact]));
    const rest = this.world.contacts.map((contact) => known.get(contact.id) ?? contact);
    const back = contacts.filter((contact) => !rest.some((other) => other.id === contact.id));
    this.world.contacts = [...rest, ...back];
  }
}

const missing = new Refusal(404, 'bulk.not_found', 'There is no such bulk action here.');

function changed(contact: Contact, action: BulkAction): Contact {
  const { kind, tags = [], people = [], channels = [] } = action;
  const more = (old: string[] | null, add: string[]) => [...new Set([...(old ?? []), ...add])];
  const less = (old: string[] | null, drop: string[]) => (old ?? []).filter((one) => !drop.includes(one));
  const next = { ...contact, version: contact.version + 1 };
  if (kind === 'tag.add') next.tags = more(contact.tags, tags);
  if (kind === 'tag.remove') next.tags = less(contact.tags, tags);
  if (kind === 'assign') next.owner_id = action.owner_id ?? '';
  if (kind === 'follower.add') next.followers = more(contact.followers, people);
  if (kind === 'follower.remove') next.followers = less(contact.followers, people);
  if (kind === 'dnd.add') next.dnd = more(contact.dnd, channels) as Contact['dnd'];
  if (kind === 'dnd.remove') next.dnd = less(contact.dnd, channels) as Contact['dnd'];
  if (kind === 'field.set' && action.field?.startsWith('custom.'))
    next.custom = { ...contact.custom, [action.field.slice(7)]: action.value };
  return next;
}
