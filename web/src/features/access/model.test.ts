import { expect, test } from 'vitest';
import { session } from '@/testing/fake-data';
import { homeOf, passwordStrength, safeNext } from './model';

test.each([
  ['a path of this app', '/a/1/contacts?q=ada', '/a/1/contacts?q=ada'],
  ['another host', '//evil.example', undefined],
  ['another host, the old trick', '/\\evil.example', undefined],
  ['a full address', 'https://evil.example', undefined],
  ['the sign-in itself', '/sign-in?next=/', undefined],
  ['nothing', undefined, undefined],
])('after the sign-in: %s', (_, next, expected) => {
  expect(safeNext(next)).toBe(expected);
});

test.each([
  ['too short', 'abcdefg', 1],
  ['long but all the same', 'aaaaaaaaaaaaaaaa', 1],
  ['holds the name', 'whitfield-is-great', 1],
  ['twelve letters', 'kepzuvhiwabo', 2],
  ['four words', 'correct horse battery staple', 3],
])('a password that is %s', (_, password, score) => {
  expect(passwordStrength(password, ['dana@acme.example', 'Dana Whitfield']).score).toBe(score);
});

test('a person starts where they were last; an owner without a history starts in the console', () => {
  const [first, second] = session.sub_accounts;
  expect(homeOf(session, second?.id ?? null)).toBe(`/a/${second?.id}/inbox`);
  expect(homeOf(session, null)).toBe('/agency/sub-accounts');
  expect(homeOf({ ...session, permissions: [] }, null)).toBe(`/a/${first?.id}/inbox`);
  expect(homeOf({ ...session, permissions: [], sub_accounts: [] }, null)).toBe('/profile');
});
