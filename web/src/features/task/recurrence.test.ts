import { expect, test } from 'vitest';
import { readRepeats, repeatsText, writeRepeats } from './recurrence';

test.each([
  ['', 'UTC', { rule: '', until: '' }],
  ['FREQ=WEEKLY;BYDAY=MO', 'UTC', { rule: 'FREQ=WEEKLY;BYDAY=MO', until: '' }],
  ['FREQ=DAILY;UNTIL=20260502', 'Europe/Rome', { rule: 'FREQ=DAILY', until: '2026-05-02' }],
  ['FREQ=DAILY;UNTIL=20260502T235959', 'Europe/Rome', { rule: 'FREQ=DAILY', until: '2026-05-02' }],
  ['FREQ=DAILY;UNTIL=20260503T035959Z', 'America/New_York', { rule: 'FREQ=DAILY', until: '2026-05-02' }],
])('%s in %s is read', (recurrence, zone, repeats) => {
  expect(readRepeats(recurrence, zone)).toEqual(repeats);
});

test('an end is the end of its day in the zone, and read back is that day', () => {
  const written = writeRepeats({ rule: 'FREQ=DAILY', until: '2026-05-02' }, 'America/New_York');
  expect(written).toBe('FREQ=DAILY;UNTIL=20260503T035959Z');
  expect(readRepeats(written, 'America/New_York').until).toBe('2026-05-02');
  expect(writeRepeats({ rule: '', until: '2026-05-02' }, 'UTC')).toBe('');
});

test.each([
  ['FREQ=DAILY', 'Every day'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Every weekday'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', 'Every 2 weeks on Mon, Thu'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'Every month on the last Fri'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Every month on the last day'],
  ['FREQ=YEARLY;COUNT=3', 'Every year, 3 times in all'],
])('%s is said as “%s”', (rule, text) => {
  expect(repeatsText(rule)).toBe(text);
});
