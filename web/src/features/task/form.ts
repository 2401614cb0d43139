import type { Task, TaskInput } from '@/lib/api';
import { isProblem } from '@/lib/api';
import type { Clash } from '@/ui/stale-notice';
import { dayIn, instantAt, instantOf, timeIn } from './due';
import { readRepeats, writeRepeats } from './recurrence';
import type { TaskForm } from './schema';

const labels: Record<keyof TaskForm, string> = {
  title: 'What',
  body: 'Notes',
  assignee_id: 'Who does it',
  day: 'Due',
  time: 'Time',
  rule: 'Repeats',
  until: 'Until',
  reminder: 'Remind',
};

export function toForm(task: Task): TaskForm {
  const { timezone: zone, due_at: due, reminder_at: reminder } = task;
  return {
    title: task.title,
    body: task.body,
    assignee_id: task.assignee_id ?? '',
    day: due ? dayIn(due, zone) : '',
    time: due && !task.all_day ? timeIn(due, zone) : '',
    ...readRepeats(task.recurrence, zone),
    reminder: reminder ? `${dayIn(reminder, zone)}T${timeIn(reminder, zone)}` : '',
  };
}

/** What is sent of an edit: what differs from `base`, and no more. */
export function patchOf(base: TaskForm, form: TaskForm, zone: string): TaskInput {
  const differ = (...fields: (keyof TaskForm)[]) => fields.some((field) => base[field] !== form[field]);
  const patch: TaskInput = {};
  if (differ('title')) patch.title = form.title;
  if (differ('body')) patch.body = form.body;
  if (differ('assignee_id')) patch.assignee_id = form.assignee_id || null;
  if (differ('day', 'time')) Object.assign(patch, dueInput(form.day, form.time, zone));
  if (differ('rule', 'until')) patch.recurrence = writeRepeats(form, zone);
  if (differ('reminder')) {
    const [day = '', time = ''] = form.reminder.split('T');
    patch.reminder_at = day ? instantAt(day, time, zone) : null;
  }
  return patch;
}

/** A day, and maybe a time of it, as the server has it. */
export function dueInput(day: string, time: string, zone: string): TaskInput {
  if (!day) return { due_at: null, all_day: false };
  return { due_at: time ? instantAt(day, time, zone) : instantOf(day, zone), all_day: !time };
}

/** Moves a task to another day; its time of day stays, and its reminder comes as long before. */
export function moveInput(task: Task, day: string): TaskInput {
  const zone = task.timezone;
  const was = toForm(task);
  const patch = dueInput(day, was.time, zone);
  if (!day || !was.day || !was.reminder || Date.parse(task.reminder_at ?? '') < Date.now()) return patch;
  const [before = '', time = ''] = was.reminder.split('T');
  const moved = Date.parse(before) + Date.parse(day) - Date.parse(was.day);
  return { ...patch, reminder_at: instantAt(new Date(moved).toISOString().slice(0, 10), time, zone) };
}

/** Where somebody else's change and mine touch the same field and disagree. */
export function clashes(
  base: TaskForm,
  theirs: TaskForm,
  mine: TaskForm,
  nameOf: (id: string) => string,
): Clash[] {
  const text = (field: keyof TaskForm, value: string) => (field === 'assignee_id' ? nameOf(value) : value);
  return (Object.keys(labels) as (keyof TaskForm)[])
    .filter(
      (field) =>
        base[field] !== theirs[field] && base[field] !== mine[field] && theirs[field] !== mine[field],
    )
    .map((field) => ({
      field,
      label: labels[field],
      theirs: text(field, theirs[field]),
      mine: text(field, mine[field]),
    }));
}

const fields: Record<string, keyof TaskForm> = {
  title: 'title',
  body: 'body',
  assignee_id: 'assignee_id',
  due_at: 'day',
  recurrence: 'rule',
  reminder_at: 'reminder',
};

/** What a refusal says of the form's own fields, and what is left to say above it. */
export function refusals(error: unknown): { at: [keyof TaskForm, string][]; rest: string[] } {
  const all = isProblem(error) ? error.fields : [];
  return {
    at: all.flatMap(({ path, message }) => {
      const field = fields[path];
      return field ? [[field, message] as [keyof TaskForm, string]] : [];
    }),
    rest: all.filter(({ path }) => !fields[path]).map(({ message }) => message),
  };
}
