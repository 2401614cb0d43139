import type { FilterTree } from '@/lib/api';
import { type Clause, type Draft, type Group, type Happening, many, valueless } from './model';

export interface Compiled {
  /** null where nothing is asked yet. */
  filter: FilterTree | null;
  /** Which part of the draft stands at which path of the filter: "and[0].not" → 7. */
  paths: ReadonlyMap<string, number>;
  /** The parts that are left out, since something in them is not filled in. */
  incomplete: ReadonlySet<number>;
}

/** The filter that a draft stands for. What is not complete is left out, so that the rest can be counted. */
export function compile(root: Group): Compiled {
  const paths = new Map<string, number>();
  const incomplete = new Set<number>();
  const write = (draft: Draft, at: string): FilterTree | null => {
    const inner = draft.not ? below(at, 'not') : at;
    const body =
      draft.kind === 'group'
        ? group(draft, inner)
        : draft.kind === 'clause'
          ? clause(draft)
          : happening(draft, inner);
    if (!body) return null;
    paths.set(at, draft.id);
    paths.set(inner, draft.id);
    return draft.not ? { not: body } : body;
  };
  const group = (draft: Group, at: string): FilterTree | null => {
    const whole = draft.items.filter((item) => complete(item, incomplete));
    const [only] = whole;
    // A group of one says no more than the one in it.
    if (only && whole.length === 1) return write(only, at);
    if (!only) return null;
    return { [draft.match]: whole.map((item, i) => write(item, `${below(at, draft.match)}[${i}]`)) };
  };
  const happening = (draft: Happening, at: string): FilterTree => {
    const where = draft.where ? write(draft.where, below(at, 'where')) : null;
    return {
      [draft.event ? 'event' : 'related']: draft.name,
      ...(where && { where }),
      ...(draft.times && { times: draft.times }),
      ...(draft.within && { within: draft.within }),
    };
  };
  const filter = complete(root, incomplete) ? write(root, '') : null;
  return { filter, paths, incomplete };
}

function clause({ field, op, value }: Clause): FilterTree {
  return valueless(op) ? { field, op } : { field, op, value };
}

/** Whether anything of the part can be asked; marks what can't. */
function complete(draft: Draft, incomplete: Set<number>): boolean {
  const fine = isWhole(draft, incomplete);
  if (!fine && draft.kind !== 'group') incomplete.add(draft.id);
  return fine;
}

function isWhole(draft: Draft, incomplete: Set<number>): boolean {
  if (draft.kind === 'group') return draft.items.map((item) => complete(item, incomplete)).some(Boolean);
  if (draft.kind === 'clause') return valueless(draft.op) || filled(draft.value, draft.op);
  if (draft.where) complete(draft.where, incomplete);
  return (
    (!draft.times || filled(draft.times.value, draft.times.op)) &&
    (!draft.within || filled(draft.within, 'in_last'))
  );
}

function filled(value: unknown, op: string): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (many(op)) return Array.isArray(value) && value.length > 0;
  if (op === 'between') {
    const { from, to } = value as { from?: unknown; to?: unknown };
    return filled(from, 'is') && filled(to, 'is');
  }
  if (typeof value !== 'object') return true;
  if ('currency' in value && !('amount' in value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.every((member) => filled(member, 'is'));
}

/**
 * What the server refused, by the part of the draft that it speaks of. Paths
 * are those of the answer: "filter.and[1].value".
 */
export function errorsByPart(
  fields: readonly { path: string; message: string }[],
  paths: ReadonlyMap<string, number>,
): ReadonlyMap<number, string> {
  const out = new Map<number, string>();
  for (const { path, message } of fields) {
    let at = path.replace(/^filter\.?/, '');
    while (at !== '' && !paths.has(at)) at = at.replace(/(\.?[^.[\]]+|\[\d+\])$/, '');
    const id = paths.get(at);
    if (id === undefined) continue;
    const old = out.get(id);
    out.set(id, old ? `${old} ${message}` : message);
  }
  return out;
}

function below(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
