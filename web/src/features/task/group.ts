import type { Task } from '@/lib/api';
import { dayIn, daysFrom, dueOf } from './due';

export interface TaskGroup {
  key: string;
  label: string;
  tasks: Task[];
}

const open = [
  ['overdue', 'Overdue'],
  ['today', 'Today'],
  ['tomorrow', 'Tomorrow'],
  ['week', 'This week'],
  ['later', 'Later'],
  ['none', 'No date'],
] as const;

const done = [
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['week', 'This week'],
  ['earlier', 'Earlier'],
] as const;

/** Days until a week is over, counted from a calendar day: 0 on its last day. */
function weekLeft(day: string): number {
  return (7 - new Date(day).getUTCDay()) % 7;
}

/** Where an open task stands in a zone's days; a week ends on Sunday, as ISO 8601 has it. */
function groupOf(task: Task, now: number, zone: string): (typeof open)[number][0] {
  if (!task.due_at) return 'none';
  if (dueOf(task, now)?.overdue) return 'overdue';
  const today = dayIn(new Date(now).toISOString(), zone);
  const days = daysFrom(today, dayIn(task.due_at, task.all_day ? task.timezone : zone));
  if (days <= 0) return 'today';
  if (days === 1) return 'tomorrow';
  return days <= weekLeft(today) ? 'week' : 'later';
}

function doneGroupOf(task: Task, now: number, zone: string): (typeof done)[number][0] {
  const today = dayIn(new Date(now).toISOString(), zone);
  const days = daysFrom(dayIn(task.completed_at ?? '', zone), today);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  return days <= 6 - weekLeft(today) ? 'week' : 'earlier';
}

/** Open tasks by when they are due, done ones by when they were done; groups without any are left out. */
export function groupsOf(tasks: readonly Task[], ticked: boolean, now: number, zone: string): TaskGroup[] {
  const sorted = ticked ? tasks : [...tasks].sort((a, b) => dueTime(a) - dueTime(b));
  const of = ticked ? doneGroupOf : groupOf;
  const keyed = sorted.map((task) => [of(task, now, zone), task] as const);
  return (ticked ? done : open)
    .map(([key, label]) => ({
      key,
      label,
      tasks: keyed.filter(([at]) => at === key).map(([, task]) => task),
    }))
    .filter(({ tasks: some }) => some.length > 0);
}

/** What is due whenever stands last; where two are due together, the order of the server stays. */
function dueTime(task: Task): number {
  return task.due_at ? Date.parse(task.due_at) : Number.MAX_SAFE_INTEGER;
}
