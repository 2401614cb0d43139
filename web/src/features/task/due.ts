import type { Task } from '@/lib/api';

/** The calendar day of an instant in a zone: "2026-02-28". */
export function dayIn(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(Date.parse(iso));
}

/** An instant of the calendar day in a zone: its noon, as near as whole hours of UTC come to it. */
export function instantOf(day: string, timeZone: string): string {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const hours = [0, -12, 12].find((shift) => {
    const iso = new Date(noon + shift * 3_600_000).toISOString();
    return dayIn(iso, timeZone) === day;
  });
  return new Date(noon + (hours ?? 0) * 3_600_000).toISOString();
}

/** When a task is due, as one says it, and whether that is over. */
export function dueOf(task: Task, now: number): { text: string; overdue: boolean } | null {
  if (!task.due_at) return null;
  const zone = task.timezone;
  const day = dayIn(task.due_at, zone);
  const today = dayIn(new Date(now).toISOString(), zone);
  const days = Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
  const overdue = !task.completed_at && (task.all_day ? days < 0 : Date.parse(task.due_at) < now);
  const time = task.all_day
    ? ''
    : `, ${new Intl.DateTimeFormat(undefined, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(Date.parse(task.due_at))}`;
  return { text: capital(nameOf(day, days)) + time, overdue };
}

function nameOf(day: string, days: number): string {
  if (Math.abs(days) <= 1)
    return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(days, 'day');
  return new Intl.DateTimeFormat(undefined, {
    timeZone: 'UTC',
    weekday: 'short',
    month: 'short',
    day: 'numeric',
  }).format(Date.parse(day));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
