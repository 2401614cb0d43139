import type { FilterField, FilterRelation, FilterTree } from '@/lib/api';

export type Period = Partial<Record<'days' | 'weeks' | 'months' | 'years', number>>;
export type Times = { op: 'at_least' | 'at_most' | 'is'; value: number } | { op: 'between'; value: Ends };
export type Ends = { from?: number; to?: number };

interface Part {
  /** Of this page alone: what React and the errors know the part by. */
  id: number;
  /** Turned round: it holds where the part does not. */
  not: boolean;
}
export interface Group extends Part {
  kind: 'group';
  match: 'and' | 'or';
  items: Draft[];
}
export interface Clause extends Part {
  kind: 'clause';
  field: string;
  op: string;
  /** undefined while it is not complete. */
  value: unknown;
}
export interface Happening extends Part {
  kind: 'happening';
  /** An event rather than related records. */
  event: boolean;
  name: string;
  times?: Times;
  within?: Period;
  where?: Group;
}
/** A part of a filter while it is edited: unlike a filter, it may be incomplete. */
export type Draft = Group | Clause | Happening;

let last = 0;
const part = () => {
  last += 1;
  return { id: last, not: false };
};

export const emptyGroup = (match: 'and' | 'or' = 'and', items: Draft[] = []): Group => ({
  ...part(),
  kind: 'group',
  match,
  items,
});

export function newClause(field: FilterField): Clause {
  const op = field.ops[0] ?? 'not_empty';
  return { ...part(), kind: 'clause', field: field.field, op, value: firstValue(field, op) };
}

export const newHappening = ({ name, event }: FilterRelation): Happening => ({
  ...part(),
  kind: 'happening',
  event,
  name,
  times: { op: 'at_least', value: 1 },
});

export const valueless = (op: string) => op === 'empty' || op === 'not_empty';
export const many = (op: string) => op === 'any_of' || op === 'none_of' || op === 'all_of';
export const spanning = (op: string) => op.startsWith('in_') || op.startsWith('anniversary_');

/** What a value is before anybody chose one: what needs no choice is there at once. */
export function firstValue(field: FilterField, op: string): unknown {
  if (valueless(op)) return undefined;
  if (field.kind === 'checkbox') return true;
  if (spanning(op)) return { days: op.startsWith('anniversary') ? 7 : 30 };
  if (field.kind === 'date' || field.kind === 'date_time') {
    if (op === 'between') return { from: { ago: { days: 30 } }, to: 'today' };
    return 'today';
  }
  return undefined;
}

/** The clause with another operator; the value stays where the new one can take it. */
export function withOp(clause: Clause, field: FilterField, op: string): Clause {
  return { ...clause, op, value: keep(clause, field, op) };
}

function keep({ op: old, value }: Clause, field: FilterField, op: string): unknown {
  if (valueless(old) || valueless(op) || value === undefined) return firstValue(field, op);
  if (many(old) && many(op)) return value;
  if (many(op)) return field.kind === 'checkbox' ? undefined : [value];
  if (many(old)) return (value as unknown[])[0];
  const shape = (one: string) => (one === 'between' ? 2 : spanning(one) ? 3 : 1);
  if (shape(old) === shape(op)) return value;
  if (shape(op) === 2 && shape(old) === 1) return { from: value, to: undefined };
  if (shape(op) === 1 && shape(old) === 2) return (value as { from: unknown }).from;
  return firstValue(field, op);
}

/** A filter as the builder edits it. What is no filter at all becomes an empty group. */
export function toDraft(tree: FilterTree | null | undefined): Group {
  const draft = tree ? read(tree) : null;
  if (!draft) return emptyGroup();
  return draft.kind === 'group' && !draft.not ? draft : emptyGroup('and', [draft]);
}

function read(tree: unknown): Draft | null {
  if (typeof tree !== 'object' || tree === null) return null;
  const node = tree as Record<string, unknown>;
  for (const match of ['and', 'or'] as const)
    if (Array.isArray(node[match]))
      return emptyGroup(
        match,
        node[match].flatMap((item) => read(item) ?? []),
      );
  if (node.not) {
    const inner = read(node.not);
    if (!inner) return null;
    return inner.not ? { ...emptyGroup('and', [inner]), not: true } : { ...inner, not: true };
  }
  if (typeof node.field === 'string')
    return { ...part(), kind: 'clause', field: node.field, op: String(node.op), value: node.value };
  const name = node.event ?? node.related;
  if (typeof name !== 'string') return null;
  const where = node.where ? toDraft(node.where as FilterTree) : undefined;
  return {
    ...part(),
    kind: 'happening',
    event: 'event' in node,
    name,
    times: node.times as Times | undefined,
    within: node.within as Period | undefined,
    where,
  };
}
