import { dayIn, instantAt } from './due';

/** A recurrence (RFC 5545, section 3.3.10) as a form has it: what comes again, and until when. */
export interface Repeats {
  /** The rule without its end; empty for once. */
  rule: string;
  /** The last day on which it may come; empty for no end. */
  until: string;
}

/** What a form offers; any other rule that a task has stands beside them. */
export const commonRules = [
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  'FREQ=WEEKLY',
  'FREQ=MONTHLY',
  'FREQ=YEARLY',
] as const;

const until = /^UNTIL=(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/;

export function readRepeats(recurrence: string, zone: string): Repeats {
  const parts = recurrence.split(';').filter(Boolean);
  const end = parts.map((part) => until.exec(part)).find(Boolean);
  const rule = parts.filter((part) => !until.test(part)).join(';');
  if (!end) return { rule, until: '' };
  const [, year, month, day, hour, minute, second, utc] = end;
  const plain = `${year}-${month}-${day}`;
  return { rule, until: utc ? dayIn(`${plain}T${hour}:${minute}:${second}Z`, zone) : plain };
}

/** The rule for the server: its end is the end of the day in the zone, which RFC 5545 wants in UTC. */
export function writeRepeats({ rule, until: day }: Repeats, zone: string): string {
  if (!rule || !day) return rule;
  const end = instantAt(day, '23:59:59', zone).slice(0, 19).replace(/[-:]/g, '');
  return `${rule};UNTIL=${end}Z`;
}

export const countsItself = (rule: string): boolean => /(^|;)COUNT=/.test(rule);

const units: Record<string, [string, string]> = {
  DAILY: ['day', 'days'],
  WEEKLY: ['week', 'weeks'],
  MONTHLY: ['month', 'months'],
  YEARLY: ['year', 'years'],
};

const nths: Record<string, string> = {
  1: 'first',
  2: 'second',
  3: 'third',
  4: 'fourth',
  5: 'fifth',
  '-1': 'last',
};

/** A rule in words: "Every 2 weeks on Mon, Thu". */
export function repeatsText(recurrence: string): string {
  const parts = new Map(recurrence.split(';').map((part) => part.split('=') as [string, string]));
  const unit = units[parts.get('FREQ') ?? ''];
  if (!unit) return 'Comes again';
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const days = parts.get('BYDAY');
  const of = parts.get('BYMONTHDAY');
  const count = parts.get('COUNT');
  if (days === 'MO,TU,WE,TH,FR' && interval === 1 && parts.get('FREQ') === 'WEEKLY') return 'Every weekday';
  return [
    interval > 1 ? `Every ${interval} ${unit[1]}` : `Every ${unit[0]}`,
    days && ` on ${days.split(',').map(dayText).join(', ')}`,
    of && ` on ${of.split(',').map(monthDayText).join(', ')}`,
    count && `, ${count} times in all`,
  ]
    .filter(Boolean)
    .join('');
}

function dayText(code: string): string {
  const [, nth = '', day = ''] = /^([+-]?\d*)(\w\w)$/.exec(code) ?? [];
  const at = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].indexOf(day);
  if (at < 0) return code;
  // The fifth of January 1970 was a Monday.
  const name = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' }).format(
    (at + 4) * 86_400_000,
  );
  if (!nth) return name;
  const place = nths[String(Number(nth))] ?? `${nth}.`;
  return `the ${place} ${name}`;
}

function monthDayText(day: string): string {
  if (day === '-1') return 'the last day';
  return day.startsWith('-') ? `day ${day.slice(1)} from the end` : `day ${day}`;
}
