import type { Bulk, BulkAction } from '@/lib/api';
import { count } from '@/lib/format';
import { showValue } from './cell';
import type { Column } from './columns';
import { channels } from './model';

export type BulkState = Bulk['state'];

/** Whether it changes by itself while one looks. */
export function moving({ state }: Pick<Bulk, 'state'>): boolean {
  return state === 'running' || state === 'undoing';
}

/** Whether what it did can be taken back. */
export function undoable({ state, changed, undo_until }: Bulk, now: number): boolean {
  return ['done', 'cancelled', 'failed'].includes(state) && changed > 0 && Date.parse(undo_until) > now;
}

export const bulkStates: Record<
  BulkState,
  { name: string; tone: 'neutral' | 'good' | 'warn' | 'bad' | 'info' }
> = {
  running: { name: 'Running', tone: 'info' },
  paused: { name: 'Paused', tone: 'warn' },
  cancelled: { name: 'Cancelled', tone: 'neutral' },
  failed: { name: 'Stopped', tone: 'bad' },
  done: { name: 'Done', tone: 'good' },
  undoing: { name: 'Being undone', tone: 'info' },
  undone: { name: 'Undone', tone: 'neutral' },
};

/** Who and what the ids of an action are. */
export interface Names {
  person: (id: string) => string;
  columns: readonly Column[];
}

/** What is done, as a command: "Add the tags vip and lead". */
export function saidOf(action: BulkAction, names: Names): string {
  const { kind, field, value } = action;
  const tags = `${action.tags?.length === 1 ? 'tag' : 'tags'} ${listed((action.tags ?? []).map(quoted))}`;
  const people = listed((action.people ?? []).map(names.person));
  const over = listed((action.channels ?? []).map((one) => labelOf(channels, one).toLowerCase()));
  switch (kind) {
    case 'tag.add':
      return `Add the ${tags}`;
    case 'tag.remove':
      return `Remove the ${tags}`;
    case 'assign':
      return action.owner_id ? `Give to ${names.person(action.owner_id)}` : 'Take the owner away';
    case 'follower.add':
      return `Let ${people} follow`;
    case 'follower.remove':
      return `Let ${people} follow no longer`;
    case 'dnd.add':
      return `Do not disturb over ${over}`;
    case 'dnd.remove':
      return `Allow ${over} again`;
    case 'field.set': {
      const column = names.columns.find(({ key }) => key === field);
      const label = column?.label ?? String(field);
      const text = column ? showValue(column, value) : String(value ?? '');
      return text ? `Set ${label} to ${quoted(text)}` : `Empty ${label}`;
    }
    case 'delete':
      return 'Delete';
  }
}

/** How far it has come, in percent; undefined while the whole is not known. */
export function percentOf({ state, gathered, total, done, changed, undone, kept }: Bulk): number | undefined {
  if (!gathered) return undefined;
  const [at, of] = state === 'undoing' ? [undone + kept, changed] : [done, total];
  return of > 0 ? Math.min(100, Math.floor((at / of) * 100)) : 100;
}

/** How far it has come, or what came of it, in words. */
export function progressOf(bulk: Bulk): string {
  const { state, gathered, total, done, changed, skipped, failed, undone, kept } = bulk;
  const number = (n: number) => new Intl.NumberFormat().format(n);
  const contacts = (n: number) => count(n, 'contact', 'contacts');
  if (state === 'undoing') return `${number(undone + kept)} of ${contacts(changed)} put back`;
  if (state === 'undone')
    return [
      `${contacts(undone)} put back`,
      ...part(kept, 'left alone, as somebody changed the same since'),
    ].join(' · ');
  if (!gathered && state !== 'failed') return 'Finding the contacts…';
  const of = done < total ? [`${number(done)} of ${contacts(total)}`] : [];
  return [
    ...of,
    ...(done > 0 || done === total ? [`${of.length ? number(changed) : contacts(changed)} changed`] : []),
    ...part(skipped, 'had it already or are gone'),
    ...part(failed, 'failed'),
  ].join(' · ');
}

function part(n: number, what: string): string[] {
  return n > 0 ? [`${new Intl.NumberFormat().format(n)} ${what}`] : [];
}

function quoted(text: string): string {
  return `“${text}”`;
}

function listed(words: string[]): string {
  return new Intl.ListFormat('en').format(words);
}

function labelOf(options: readonly { value: string; label: string }[], value: string): string {
  return options.find((one) => one.value === value)?.label ?? value;
}
