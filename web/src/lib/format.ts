/** Making a formatter takes a hundred times as long as using it, and a list uses one in every row. */
const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(undefined, options);
  formats.set(key, format);
  return format;
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "now", "5m", "3h", "2d", then a date: short enough for a list. */
export function shortTime(iso: string, now: number): string {
  const then = Date.parse(iso);
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 60) return 'now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  if (seconds < 604_800) return `${Math.floor(seconds / 86_400)}d`;
  const sameYear = new Date(then).getFullYear() === new Date(now).getFullYear();
  return dateFormat({
    month: 'short',
    day: 'numeric',
    year: sameYear ? undefined : 'numeric',
  }).format(then);
}

/** "3 minutes ago". */
export function longTime(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return 'just now';
}

/** The exact time, with its zone: what a hover shows. */
export function exactTime(iso: string, timeZone?: string): string {
  return dateFormat({
    dateStyle: 'medium',
    timeStyle: 'long',
    timeZone,
  }).format(Date.parse(iso));
}

export function clockTime(iso: string, timeZone?: string): string {
  return dateFormat({ hour: 'numeric', minute: '2-digit', timeZone }).format(Date.parse(iso));
}

/** A day, which has no zone, as it was written: "2026-03-01". */
export function dayText(day: string): string {
  return dateFormat({ dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(`${day}T00:00:00Z`));
}

/** "Today", "Yesterday", "Tuesday, 3 March". */
export function dayName(iso: string, now: number): string {
  const day = new Date(iso);
  const today = new Date(now);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(today) - midnight(day)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const year = day.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return dateFormat({ weekday: 'long', month: 'long', day: 'numeric', year }).format(day);
}

/** Up to two letters for an avatar: "Ada Lovelace" → "AL"; a phone number has none. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word) => (word ? [...word][0] : ''))
    .join('')
    .toUpperCase();
}

/** E.164 made readable; what is not North American keeps its digits in one piece. */
export function formatPhone(e164: string): string {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  return match ? `+1 (${match[1]}) ${match[2]}-${match[3]}` : e164;
}

export function count(n: number, one: string, many: string): string {
  return `${new Intl.NumberFormat().format(n)} ${n === 1 ? one : many}`;
}
