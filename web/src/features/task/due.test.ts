import { expect, test } from 'vitest';
import type { Task } from '@/lib/api';
import { dayIn, dueOf, instantOf } from './due';

test.each([
  ['UTC', '2026-02-28'],
  ['America/New_York', '2026-03-08'],
  ['Pacific/Kiritimati', '2026-01-01'],
  ['Pacific/Pago_Pago', '2026-12-31'],
  ['Asia/Kolkata', '2028-02-29'],
])('an instant of a day in %s is of that day', (zone, day) => {
  expect(dayIn(instantOf(day, zone), zone)).toBe(day);
});

const now = Date.parse('2026-02-10T23:30:00Z');
const task = (changes: Partial<Task>) => ({ timezone: 'Europe/Berlin', all_day: true, ...changes }) as Task;

test.each([
  ['of today, as its zone has it, is not overdue', { due_at: '2026-02-11T11:00:00Z' }, 'Today', false],
  ['of the day before is', { due_at: '2026-02-10T11:00:00Z' }, 'Yesterday', true],
  [
    'that is done never is',
    { due_at: '2026-02-10T11:00:00Z', completed_at: '2026-02-10T12:00:00Z' },
    'Yesterday',
    false,
  ],
  ['of the day after', { due_at: '2026-02-12T11:00:00Z' }, 'Tomorrow', false],
  [
    'with a time is overdue with the minute',
    { due_at: '2026-02-10T23:29:00Z', all_day: false },
    'Today, 12:29 AM',
    true,
  ],
])('a task %s', (_, changes, text, overdue) => {
  const due = dueOf(task(changes), now);
  expect({ ...due, text: due?.text.replace(/\s/g, ' ') }).toEqual({ text, overdue });
});

test('a task without a day has none', () => {
  expect(dueOf(task({ due_at: null }), now)).toBeNull();
});
