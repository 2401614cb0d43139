import type { Task } from '@/lib/api';

/** A list asks for the same few in every row, and making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, made);
  return made;
}

/** The wall clock of an instant in a zone: "2026-02-28 09:30:00". */
function wallIn(at: number, timeZone: string): string {
  return format('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}

/** The calendar day of an instant in a zone: "2026-02-28". */
export function dayIn(iso: string, timeZone: string): string {
  return format('sv-SE', { timeZone, dateStyle: 'short' }).format(Date.parse(iso));
}

/** The time of day of an instant in a zone: "09:30". */
export function timeIn(iso: string, timeZone: string): string {
  return wallIn(Date.parse(iso), timeZone).slice(11, 16);
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

/** The instant at which the clocks of a zone show a day and a time ("09:30", "23:59:59"). */
export function instantAt(day: string, time: string, timeZone: string): string {
  const wanted = Date.parse(`${day}T${time}Z`);
  let at = wanted;
  // The second look is for where the first guess lies on the other side of a change of the clocks.
  for (let look = 0; look < 2; look++)
    at += wanted - Date.parse(`${wallIn(at, timeZone).replace(' ', 'T')}Z`);
  return new Date(at).toISOString();
}

/** How many days a calendar day lies behind another one. */
export function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** A calendar day so many days later. */
export function later(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** When a task is due, as one says it, and whether that is over. */
export function dueOf(task: Task, now: number): { text: string; overdue: boolean } | null {
  if (!task.due_at) return null;
  const zone = task.timezone;
  const day = dayIn(task.due_at, zone);
  const today = dayIn(new Date(now).toISOString(), zone);
  const days = daysFrom(today, day);
  const overdue = !task.completed_at && (task.all_day ? days < 0 : Date.parse(task.due_at) < now);
  const time = task.all_day
    ? ''
    : `, ${format(undefined, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(Date.parse(task.due_at))}`;
  return { text: capital(nameOf(day, today, days)) + time, overdue };
}

function nameOf(day: string, today: string, days: number): string {
  if (Math.abs(days) <= 1)
    return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(days, 'day');
  return format(undefined, {
    timeZone: 'UTC',
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: day.slice(0, 4) === today.slice(0, 4) ? undefined : 'numeric',
  }).format(Date.parse(day));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
