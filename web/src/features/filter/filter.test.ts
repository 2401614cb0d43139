import { expect, test } from 'vitest';
import type { FilterField } from '@/lib/api';
import { filterFields } from '@/testing/fake-filter';
import { compile, errorsByPart } from './compile';
import { type Clause, emptyGroup, newClause, toDraft, withOp } from './model';

const field = (name: string) => filterFields.fields.find((one) => one.field === name) as FilterField;
const tags = { field: 'tags', op: 'any_of', value: ['vip'] };
const score = { field: 'score', op: 'at_least', value: 5 };

test.each([
  ['a condition', tags],
  ['all of several', { and: [tags, score] }],
  ['any in all, turned round', { and: [{ not: { or: [tags, score] } }, { not: score }] }],
  ['what is turned round twice', { not: { not: tags } }],
  [
    'records and what is asked of each',
    {
      related: 'notes',
      where: {
        and: [
          { field: 'body', op: 'contains', value: 'a' },
          { field: 'body', op: 'not_empty' },
        ],
      },
      times: { op: 'between', value: { from: 1, to: 3 } },
      within: { days: 30 },
    },
  ],
  [
    'relative days',
    { field: 'created_at', op: 'between', value: { from: { ago: { days: 3 } }, to: 'today' } },
  ],
  ['false is a value', { field: 'custom.agreed', op: 'is', value: false }],
])('read and written again, a filter is the same: %s', (_, filter) => {
  expect(compile(toDraft(filter)).filter).toEqual(filter);
});

test('what is not complete is left out, and marked', () => {
  const empty = newClause(field('score'));
  const half = { ...newClause(field('custom.spent')), value: { currency: 'EUR' } };
  const draft = emptyGroup('and', [...toDraft(tags).items, empty, half, emptyGroup('or')]);
  const { filter, incomplete } = compile(draft);
  expect(filter).toEqual(tags);
  expect([...incomplete]).toEqual([empty.id, half.id]);
});

test('nothing that is asked is no filter', () => {
  expect(compile(toDraft(null)).filter).toBeNull();
});

test('a refusal is said at the part that it speaks of, however much stands before it unfinished', () => {
  const draft = toDraft({ and: [tags, { not: { or: [score, tags] } }] });
  draft.items.unshift(newClause(field('score')));
  const { paths } = compile(draft);
  const errors = errorsByPart(
    [
      { path: 'filter.and[1].not.or[1].value[0]', message: 'No such tag.' },
      { path: 'filter.and[0].op', message: 'No such operator.' },
      { path: 'limit', message: 'Of something else.' },
    ],
    paths,
  );
  const group = draft.items[2];
  const inner = group?.kind === 'group' ? group.items[1]?.id : undefined;
  expect(errors.get(inner ?? -1)).toBe('No such tag.');
  expect(errors.get(draft.items[1]?.id ?? -1)).toBe('No such operator.');
});

test('a value stays where the new operator can take it', () => {
  const clause = (op: string, value: unknown): Clause => ({
    ...newClause(field('score')),
    op,
    value,
  });
  expect(withOp(clause('is', 3), field('score'), 'at_most').value).toBe(3);
  expect(withOp(clause('is', 3), field('score'), 'between').value).toEqual({ from: 3, to: undefined });
  expect(withOp(clause('between', { from: 1, to: 2 }), field('score'), 'is').value).toBe(1);
  expect(withOp(clause('is', 'gold'), field('custom.plan'), 'any_of').value).toEqual(['gold']);
  expect(withOp(clause('on', 'today'), field('birthday'), 'anniversary_in_next').value).toEqual({ days: 7 });
  expect(withOp(clause('is', 3), field('score'), 'empty').value).toBeUndefined();
});
