import { expect, test } from 'vitest';
import { explainReason, jobName, percent } from './model';

test.each([
  ['carrier.unavailable: The carrier does not answer.', 'The carrier does not answer.'],
  [
    'sms.not_ready: This sub-account has no phone number yet. Get one.: dial tcp: refused.',
    'This sub-account has no phone number yet. Get one.',
  ],
  ['unexpected EOF', 'It failed for a reason that only the details tell.'],
  ['', 'It gave no reason.'],
  [undefined, 'It gave no reason.'],
])('the reason %j is told as %j', (reason, summary) => {
  expect(explainReason(reason)).toEqual({ summary, details: reason ?? '' });
});

test('an unknown kind keeps its own words', () => {
  expect(jobName('sms.deliver')).toBe('Send a text');
  expect(jobName('contact.bulk_tag')).toBe('Contact bulk tag');
});

test.each([
  [undefined, undefined],
  [{ done: 3, total: 0 }, undefined],
  [{ done: 1, total: 3 }, 33],
  [{ done: 9, total: 3 }, 100],
  [{ done: 999, total: 1000 }, 99],
])('%j is %j percent', (progress, want) => {
  expect(percent(progress)).toBe(want);
});
