import type { Company, Contact } from '@/lib/api';
import { makeContact } from './fake-data';

type Tree = Record<string, unknown>;
interface Fault {
  path: string;
  message: string;
}

const text = ['is', 'is_not', 'contains', 'starts_with', 'any_of', 'none_of', 'empty', 'not_empty'];
const numbers = ['is', 'is_not', 'at_least', 'at_most', 'between', 'empty', 'not_empty'];
const times = ['on', 'before', 'after', 'between', 'in_last', 'in_next', 'empty', 'not_empty'];
const choice = ['is', 'is_not', 'any_of', 'none_of', 'empty', 'not_empty'];
const lists = ['any_of', 'all_of', 'none_of', 'empty', 'not_empty'];
const yearly = [...times, 'anniversary_in_last', 'anniversary_in_next'];

const field = (name: string, label: string, kind: string, ops: string[], more: object = {}) => ({
  field: name,
  label,
  kind,
  ops,
  people: false,
  ...more,
});

export const filterFields = {
  fields: [
    field('name', 'name', 'text', text),
    field('first_name', 'first name', 'text', text),
    field('last_name', 'last name', 'text', text),
    field('email', 'e-mail address', 'texts', text),
    field('phone', 'phone number', 'texts', text),
    field('tags', 'tags', 'tags', lists),
    field('owner_id', 'owner', 'reference', choice, { people: true }),
    field('birthday', 'birthday', 'date', yearly),
    field('score', 'score', 'number', numbers),
    field('created_at', 'creation', 'date_time', times),
    field('custom.plan', 'Plan', 'select', choice, {
      options: [
        { value: 'gold', label: 'Gold' },
        { value: 'silver', label: 'Silver' },
      ],
    }),
    field('custom.spent', 'Spent', 'money', numbers),
    field('custom.agreed', 'Agreed to the terms', 'checkbox', ['is', 'empty', 'not_empty']),
    field('company.name', 'company’s name', 'text', text),
    field('company.country', 'company’s country', 'text', text),
    field('company.tags', 'company’s tags', 'tags', lists),
    field('company.custom.tier', 'company’s Tier', 'select', choice, {
      options: [
        { value: 'gold', label: 'Gold' },
        { value: 'silver', label: 'Silver' },
      ],
    }),
    field('company.custom.contract_until', 'company’s Contract until', 'date', yearly),
    field('company.custom.yearly_budget', 'company’s Yearly budget', 'money', numbers),
    field('custom.story', 'Where they heard of us, in their own words', 'long_text', [
      'contains',
      'empty',
      'not_empty',
    ]),
  ],
  relations: [
    {
      name: 'notes',
      event: false,
      one: 'note',
      many: 'notes',
      within: true,
      fields: [field('body', 'text', 'long_text', ['contains', 'empty', 'not_empty'])],
    },
    {
      name: 'message.delivered',
      event: true,
      one: 'message delivered',
      many: 'messages delivered',
      within: true,
      fields: [],
    },
  ],
};

const known = new Map<string, { label: string; ops: string[] }>(
  filterFields.fields.map((one) => [one.field, one]),
);

function cellValue(contact: Contact, name: string): unknown {
  return name.startsWith('custom.') ? contact.custom[name.slice(7)] : contact[name as keyof Contact];
}

function holds(tree: Tree, contact: Contact): boolean {
  if (Array.isArray(tree.and)) return tree.and.every((one) => holds(one as Tree, contact));
  if (Array.isArray(tree.or)) return tree.or.some((one) => holds(one as Tree, contact));
  if (tree.not) return !holds(tree.not as Tree, contact);
  if (!tree.field) return Number.parseInt(contact.id.slice(-1), 16) % 2 === 0;
  const value = cellValue(contact, String(tree.field));
  const here = (Array.isArray(value) ? value : [value]).map((one) => String(one ?? '').toLowerCase());
  const asked = (Array.isArray(tree.value) ? tree.value : [tree.value]).map((one) =>
    String(one).toLowerCase(),
  );
  switch (tree.op) {
    case 'empty':
      return here.every((one) => one === '');
    case 'not_empty':
      return here.some((one) => one !== '');
    case 'is_not':
    case 'none_of':
      return !asked.some((one) => here.includes(one));
    case 'all_of':
      return asked.every((one) => here.includes(one));
    case 'contains':
      return here.some((one) => one.includes(asked[0] ?? ''));
    case 'starts_with':
      return here.some((one) => one.startsWith(asked[0] ?? ''));
    case 'at_least':
      return Number(value) >= Number(tree.value);
    case 'at_most':
      return Number(value) <= Number(tree.value);
    case 'after':
    case 'before':
    case 'in_last':
      return here.some((one) => one !== '');
    default:
      return asked.some((one) => here.includes(one));
  }
}

function faults(tree: Tree, at: string): Fault[] {
  for (const group of ['and', 'or'])
    if (Array.isArray(tree[group]))
      return (tree[group] as Tree[]).flatMap((one, i) => faults(one, `${at}.${group}[${i}]`));
  if (tree.not) return faults(tree.not as Tree, `${at}.not`);
  if (!tree.field) return [];
  const one = known.get(String(tree.field));
  if (!one)
    return [{ path: `${at}.field`, message: `There is no field "${tree.field}". It may have been deleted.` }];
  if (tree.field === 'score' && Number(tree.value) > 1e6)
    return [{ path: `${at}.value`, message: 'Give a number of at most 30 digits.' }];
  return one.ops.includes(String(tree.op)) ? [] : [{ path: `${at}.op`, message: 'It has no such operator.' }];
}

function words(tree: Tree): string {
  for (const group of ['and', 'or'])
    if (Array.isArray(tree[group])) return (tree[group] as Tree[]).map(words).join(` ${group} `);
  if (tree.not) return `not (${words(tree.not as Tree)})`;
  if (!tree.field) return `has at least 1 ${tree.event ?? tree.related}`;
  const value = tree.value === undefined ? '' : ` “${[tree.value].flat().map(said).join('” or “')}”`;
  return `${known.get(String(tree.field))?.label} ${String(tree.op).replaceAll('_', ' ')}${value}`;
}

/** {ago: {months: 6}} is "6 months ago". */
function said(value: unknown): string {
  const ago = (value as { ago?: Record<string, number> } | null)?.ago;
  if (ago) return `${Object.entries(ago).map(([unit, n]) => `${n} ${unit}`)} ago`;
  if (typeof value !== 'object' || value === null) return String(value);
  const { amount, currency } = value as { amount?: number; currency?: string };
  if (currency) return `${amount} ${currency}`;
  return Object.entries(value)
    .map(([unit, n]) => `${n} ${unit}`)
    .join(' ');
}

function parts(tree: Tree, contact: Contact, path: string): object[] {
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const kind = ['and', 'or', 'not'].find((name) => tree[name]) ?? 'condition';
  const self = {
    path,
    kind,
    words: kind === 'condition' ? words(tree) : '',
    holds: holds(tree, contact),
    found: 0,
  };
  const inner =
    kind === 'not'
      ? parts(tree.not as Tree, contact, at('not'))
      : kind === 'condition'
        ? []
        : (tree[kind] as Tree[]).flatMap((one, i) => parts(one, contact, at(`${kind}[${i}]`)));
  return [self, ...inner];
}

/** Filters of contacts, in memory: a part of the language, and the whole of its answers. */
export class FakeFilter {
  constructor(
    private contacts: () => Contact[],
    /** How many rows the list has in all; those beyond the kept contacts are made when they are asked for. */
    private rows: number,
    private companies: () => Company[],
  ) {}

  /** What is wrong with a filter, as the fields of a refusal. */
  faults(filter: unknown): Fault[] {
    return filter ? faults(filter as Tree, 'filter') : [];
  }

  matching(body: Record<string, unknown>): Contact[] {
    const q = String(body.q ?? '').toLowerCase();
    return this.contacts().filter(
      (item) =>
        `${item.name} ${item.email} ${item.phone}`.toLowerCase().includes(q) &&
        (!body.filter || holds(body.filter as Tree, item)),
    );
  }

  query(body: Record<string, unknown>) {
    const from = Number(body.at_row ?? 0);
    const to = from + Number(body.limit ?? 50);
    if (this.rows > this.contacts().length && !body.filter && !body.q) {
      const items = Array.from({ length: Math.min(to, this.rows) - from }, (_, i) => makeContact(from + i));
      return { items, ...(to < this.rows && { next_cursor: 'more' }) };
    }
    const sort = String(body.sort ?? 'name');
    const key = sort.replace('-', '') as 'name' | 'created_at';
    const all = this.matching(body).sort(
      (a, b) => a[key].localeCompare(b[key]) * (sort.startsWith('-') ? -1 : 1),
    );
    const items = all.slice(from, to).map((item) => this.expanded(item, body.expand));
    return { items, ...(to < all.length && { next_cursor: 'more' }) };
  }

  private expanded(contact: Contact, expand: unknown): Contact {
    if (!Array.isArray(expand) || !expand.includes('company')) return contact;
    return { ...contact, company: this.companies().find(({ id }) => id === contact.company_id) };
  }

  count(body: Record<string, unknown>) {
    const everything = !body.filter && !body.q;
    return {
      count: everything ? Math.max(this.rows, this.contacts().length) : this.matching(body).length,
      exact: true,
      words: body.filter ? words(body.filter as Tree) : '',
    };
  }

  /** What an export answers. */
  table(body: Record<string, unknown>): Response {
    const columns = body.columns as string[];
    const lines = this.matching(body).map((item) =>
      columns.map((name) => JSON.stringify(cellValue(item, name) ?? '')).join(','),
    );
    return new Response([columns.join(','), ...lines].join('\n'), {
      headers: { 'content-type': 'text/csv' },
    });
  }

  explain(contactId: string | undefined, filter: unknown) {
    const contact = this.contacts().find(({ id }) => id === contactId);
    if (!contact) return undefined;
    return { holds: holds(filter as Tree, contact), parts: parts(filter as Tree, contact, '') };
  }
}
