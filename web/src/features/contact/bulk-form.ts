import type { BulkAction } from '@/lib/api';
import { countries } from '@/lib/countries';
import { type CellDraft, readDraft } from './cell';
import type { Column } from './columns';

export type BulkKind = BulkAction['kind'];

/** What was filled in so far; which of it counts goes by the kind. */
export interface BulkDraft {
  tags: string[];
  owner: string;
  people: string[];
  channels: string[];
  field: string;
  value: CellDraft;
}

export const emptyDraft: BulkDraft = { tags: [], owner: '', people: [], channels: [], field: '', value: '' };

/** How the actions are called, in the order in which they are offered. */
export const bulkNames: Record<BulkKind, string> = {
  'tag.add': 'Add tags',
  'tag.remove': 'Remove tags',
  assign: 'Assign an owner',
  'follower.add': 'Add followers',
  'follower.remove': 'Remove followers',
  'dnd.add': 'Do not disturb',
  'dnd.remove': 'Allow messages again',
  'field.set': 'Set a field',
  delete: 'Delete',
};

type Read = { action: BulkAction } | { error: string };

/** The action that was filled in, or what it still lacks. */
export function readBulk(kind: BulkKind, draft: BulkDraft, fields: readonly Column[]): Read {
  const some = <T extends object>(list: readonly string[], member: T, lack: string): Read =>
    list.length > 0 ? { action: { kind, ...member } } : { error: lack };
  const { tags, owner, people, channels, field, value } = draft;
  switch (kind) {
    case 'tag.add':
    case 'tag.remove':
      return some(tags, { tags }, 'Write at least one tag.');
    case 'assign':
      return { action: { kind, ...(owner && { owner_id: owner }) } };
    case 'follower.add':
    case 'follower.remove':
      return some(people, { people }, 'Choose at least one person.');
    case 'dnd.add':
    case 'dnd.remove':
      return some(channels, { channels }, 'Choose at least one channel.');
    case 'field.set': {
      const column = fields.find(({ key }) => key === field);
      if (!column) return { error: 'Choose a field.' };
      const read = readDraft(column, value);
      if ('error' in read) return read;
      const empty = Array.isArray(read.value) && read.value.length === 0;
      return { action: { kind, field, value: empty ? null : read.value } };
    }
    case 'delete':
      return { action: { kind } };
  }
}

const settable = ['source', 'job_title', 'city', 'region', 'country', 'timezone', 'birthday', 'score'];

/** The fields that may be set for many at once: what is unique to one contact is not among them. */
export function bulkFields(columns: readonly Column[]): Column[] {
  const more = (key: string, label: string): Column => ({ key, label, kind: 'text', width: 0 });
  const known = columns.filter(
    ({ key, fixed }) => settable.includes(key) || (key.startsWith('custom.') && !fixed),
  );
  const choice = (column: Column, options: Column['options']): Column => ({
    ...column,
    kind: 'select',
    options,
  });
  return [
    ...known,
    more('company_id', 'Company'),
    more('street', 'Street'),
    more('postal_code', 'Postal code'),
  ].map((column) => {
    if (column.key === 'country')
      return choice(
        column,
        countries().map(({ code, name }) => ({ value: code, label: name })),
      );
    if (column.key === 'timezone')
      return choice(
        column,
        Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
      );
    return column;
  });
}
