import type { Contact, DismissedPair, DuplicateGroup, DuplicatePair, Merge } from '@/lib/api';
import { id, me, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

interface World {
  contacts: Contact[];
}

interface Done {
  merge: Merge;
  before: Contact[];
}

const pair = (
  a: Contact,
  b: Contact,
  confidence: number,
  rules: DuplicatePair['reasons'],
): DuplicatePair => ({
  a: a.id,
  b: b.id,
  confidence,
  reasons: rules,
});

/** Merges and probable duplicates in memory. The tenth and the twentieth contact after one are taken for the same. */
export class FakeMerges {
  merges: Done[] = [];
  private apart: string[][] = [];
  private made = 0;

  constructor(private world: World) {}

  routes: Route[] = [
    [
      'GET',
      /\/contacts\/merges$/,
      (_, __, url) => ({
        items: this.merges
          .map(({ merge }) => merge)
          .filter(({ contact_id }) => contact_id === url.searchParams.get('contact')),
      }),
    ],
    ['POST', /\/contacts\/merges\/([^/]+)\/undo$/, ([, one]) => this.undo(one)],
    [
      'GET',
      /\/contacts\/duplicates$/,
      (_, __, url) => ({
        items: this.groups().filter(({ pairs }) =>
          pairs.some(({ confidence }) => confidence >= Number(url.searchParams.get('least') ?? 50)),
        ),
      }),
    ],
    ['GET', /\/contacts\/duplicates\/dismissed$/, () => ({ items: this.dismissed() })],
    [
      'POST',
      /\/contacts\/duplicates\/dismiss$/,
      (_, body) => {
        this.apart.push(body.contacts as string[]);
      },
    ],
    [
      'POST',
      /\/contacts\/duplicates\/restore$/,
      (_, body) => {
        const [a, b] = body.contacts as [string, string];
        this.apart = this.apart.filter((ids) => !(ids.includes(a) && ids.includes(b)));
      },
    ],
    [
      'POST',
      /\/contacts\/([^/]+)\/merge$/,
      ([, one], body, _, request) => this.merge(String(one), body, request.headers.get('If-Match')),
    ],
    [
      'GET',
      /\/contacts\/(01[^/]+)$/,
      ([, one]) => {
        const found = this.world.contacts.find((item) => item.id === one);
        const into = this.merges.find(
          ({ merge }) => merge.state === 'done' && merge.from?.includes(String(one)),
        );
        return (
          found ??
          new Refusal(404, 'contact.not_found', 'There is no such contact here.', {
            ...(into && { merged_into: into.merge.contact_id }),
          })
        );
      },
    ],
  ];

  private groups(): DuplicateGroup[] {
    const at = (...rows: number[]) =>
      rows.flatMap((n) => this.world.contacts.find((contact) => contact.id === id(2, n)) ?? []);
    const groups = [at(0, 10), at(1, 11, 21), at(6, 16)].map((contacts, n): DuplicateGroup => {
      const [a, b, c] = contacts as [Contact, Contact, Contact];
      const pairs = [
        contacts.length > 1 && [
          pair(a, b, [95, 90, 55][n] ?? 50, [
            n === 2 ? { rule: 'name_phone', confidence: 55 } : { rule: 'email', confidence: 90 },
            ...(n === 0 ? [{ rule: 'name_birthday' as const, confidence: 90 }] : []),
          ]),
        ],
        contacts.length > 2 && [pair(b, c, 75, [{ rule: 'phone', confidence: 75 }])],
      ].flatMap((some) => some || []);
      return { contacts, pairs };
    });
    const dismissed = (group: DuplicateGroup) =>
      this.apart.some((ids) => group.contacts.filter((one) => ids.includes(one.id)).length > 1);
    return groups.filter((group) => group.contacts.length > 1 && !dismissed(group));
  }

  private dismissed(): DismissedPair[] {
    return this.apart.toReversed().flatMap((ids, n) =>
      ids.flatMap((a, i) =>
        ids.slice(i + 1).map((b) => ({
          contacts: this.world.contacts.filter((one) => one.id === a || one.id === b),
          author: { kind: 'person' as const, id: me, name: 'Dana Whitfield' },
          created_at: minutesAgo(n * 50),
        })),
      ),
    );
  }

  private merge(into: string, body: Record<string, unknown>, match: string | null) {
    const { from, fields, versions } = body as {
      from: string[];
      fields: Record<string, string>;
      versions: Record<string, number>;
    };
    const before = this.world.contacts.filter((one) => one.id === into || from.includes(one.id));
    const survivor = before.find((one) => one.id === into);
    if (!survivor) return new Refusal(404, 'contact.not_found', 'There is no such contact here.');
    if (
      match !== `"${survivor.version}"` ||
      before.some((one) => (versions[one.id] ?? one.version) !== one.version)
    )
      return new Refusal(412, 'contact.stale', 'Somebody changed it since.');
    const next = { ...survivor, version: survivor.version + 1 };
    for (const [field, whose] of Object.entries(fields ?? {})) {
      const other = before.find((one) => one.id === whose);
      Object.assign(next, { [field]: other?.[field as 'first_name'] });
    }
    next.name = `${next.first_name} ${next.last_name}`;
    next.tags = [...new Set(before.flatMap(({ tags }) => tags ?? []))];
    next.emails = before.flatMap(({ emails }) => emails ?? []);
    next.phones = before.flatMap(({ phones }) => phones ?? []);
    this.world.contacts = this.world.contacts
      .filter((one) => !from.includes(one.id))
      .map((one) => (one.id === into ? next : one));
    const merge: Merge = {
      id: id(16, this.made++),
      contact_id: into,
      from,
      state: 'done',
      author: { kind: 'person', id: me, name: 'Dana Whitfield' },
      created_at: minutesAgo(0),
      undo_until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      undone_at: null,
    };
    this.merges = [{ merge, before }, ...this.merges];
    return { contact: next, merge };
  }

  private undo(one: string | undefined) {
    const done = this.merges.find(({ merge }) => merge.id === one);
    if (done?.merge.state !== 'done') return new Refusal(409, 'merge.undone', 'It was undone already.');
    const merge = { ...done.merge, state: 'undone' as const, undone_at: minutesAgo(0) };
    this.merges = this.merges.map((other) => (other === done ? { ...done, merge } : other));
    const [survivor, ...rest] = done.before
      .toSorted((a) => (a.id === merge.contact_id ? -1 : 1))
      .map((contact) => ({ ...contact, version: contact.version + 2 }));
    this.world.contacts = [
      ...this.world.contacts.map((contact) => (contact.id === survivor?.id ? survivor : contact)),
      ...rest,
    ];
    return { contact: survivor, contacts: rest, merge };
  }
}
