import { expect, test } from 'vitest';
import type { Task } from '@/lib/api';
import { moveInput, patchOf, toForm } from './form';
import { taskSchema } from './schema';

const zone = 'America/New_York';
const task = (changes: Partial<Task> = {}): Task =>
  ({
    id: '1',
    title: 'Call',
    body: '',
    assignee_id: '',
    due_at: '2030-03-08T14:00:00Z',
    all_day: false,
    timezone: zone,
    recurrence: '',
    reminder_at: null,
    ...changes,
  }) as Task;

const faults = (changes: object) => {
  const result = taskSchema.safeParse({ ...toForm(task()), ...changes });
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'));
};

test.each([
  ['as it is', {}, []],
  ['a reminder when it is due', { reminder: '2030-03-08T09:00' }, []],
  ['a reminder a minute later', { reminder: '2030-03-08T09:01' }, ['reminder']],
  ['a reminder late on the day of what has the whole day', { time: '', reminder: '2030-03-08T23:00' }, []],
  ['a reminder the day after', { time: '', reminder: '2030-03-09T00:00' }, ['reminder']],
  ['a series of one day', { rule: 'FREQ=DAILY', until: '2030-03-08' }, []],
  ['a series that ends before it begins', { rule: 'FREQ=DAILY', until: '2030-03-07' }, ['until']],
  ['an end that nothing comes to', { until: '2030-03-07' }, []],
  ['a time of no day', { day: '' }, ['day']],
  [
    'everything at once',
    { title: ' ', rule: 'FREQ=DAILY', until: '2030-03-07', reminder: '2031-01-01T09:00' },
    ['title', 'until', 'reminder'],
  ],
])('the form tells of %s', (_, changes, paths) => {
  expect(faults(changes)).toEqual(paths);
});

test('what is sent is what differs, at the wall clock of the zone', () => {
  const was = toForm(task());
  expect(was).toMatchObject({ day: '2030-03-08', time: '09:00' });
  // Two days later the clocks have gone forward: nine o'clock is an hour earlier.
  expect(patchOf(was, { ...was, day: '2030-03-10' }, zone)).toEqual({
    due_at: '2030-03-10T13:00:00.000Z',
    all_day: false,
  });
  expect(patchOf(was, { ...was, day: '', time: '' }, zone)).toEqual({ due_at: null, all_day: false });
  expect(patchOf(was, was, zone)).toEqual({});
});

test('a task that is put off keeps its time, and its reminder the distance', () => {
  expect(moveInput(task({ reminder_at: '2030-03-07T22:00:00Z' }), '2030-03-10')).toEqual({
    due_at: '2030-03-10T13:00:00.000Z',
    all_day: false,
    // Still at five in the afternoon of the day before.
    reminder_at: '2030-03-09T22:00:00.000Z',
  });
  expect(moveInput(task({ reminder_at: '2020-01-01T22:00:00Z' }), '2030-03-10')).not.toHaveProperty(
    'reminder_at',
  );
});
