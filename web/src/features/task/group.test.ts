import { expect, test } from 'vitest';
import type { Task } from '@/lib/api';
import { groupsOf } from './group';

// A Wednesday, eleven at night in New York: in Berlin it is Thursday.
const now = Date.parse('2026-02-12T04:00:00Z');
const zone = 'America/New_York';

const task = (changes: Partial<Task>): Task =>
  ({ id: '1', timezone: zone, all_day: true, ...changes }) as Task;

const groupIn = (changes: Partial<Task>, ticked = false) =>
  groupsOf([task(changes)], ticked, now, zone).map(({ label }) => label);

test.each([
  ['of yesterday', { due_at: '2026-02-10T05:00:00Z' }, 'Overdue'],
  ['of today has the whole of its day', { due_at: '2026-02-11T05:00:00Z' }, 'Today'],
  ['of today whose time has come', { due_at: '2026-02-12T03:59:00Z', all_day: false }, 'Overdue'],
  ['of today whose time has not', { due_at: '2026-02-12T04:30:00Z', all_day: false }, 'Today'],
  ['after midnight', { due_at: '2026-02-12T05:30:00Z', all_day: false }, 'Tomorrow'],
  ['of the week’s last day', { due_at: '2026-02-15T05:00:00Z' }, 'This week'],
  ['of the next Monday', { due_at: '2026-02-16T05:00:00Z' }, 'Later'],
  ['without a day', { due_at: null, all_day: false }, 'No date'],
])('a task %s', (_, changes, label) => {
  expect(groupIn(changes)).toEqual([label]);
});

test.each([
  ['an hour ago', '2026-02-12T03:00:00Z', 'Today'],
  ['the day before', '2026-02-11T03:00:00Z', 'Yesterday'],
  ['on Monday', '2026-02-09T15:00:00Z', 'This week'],
  ['on the Sunday before', '2026-02-08T15:00:00Z', 'Earlier'],
])('a task that was done %s', (_, completed_at, label) => {
  expect(groupIn({ completed_at }, true)).toEqual([label]);
});

test('groups come in the order of their days, tasks in that of their times', () => {
  const groups = groupsOf(
    [
      task({ id: 'a', due_at: null, all_day: false }),
      task({ id: 'b', due_at: '2026-02-16T05:00:00Z' }),
      task({ id: 'c', due_at: '2026-02-10T05:00:00Z' }),
      task({ id: 'd', due_at: '2026-02-09T05:00:00Z' }),
    ],
    false,
    now,
    zone,
  );
  expect(groups.map(({ label, tasks }) => [label, ...tasks.map(({ id }) => id)])).toEqual([
    ['Overdue', 'd', 'c'],
    ['Later', 'b'],
    ['No date', 'a'],
  ]);
});
