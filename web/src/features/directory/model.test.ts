import { expect, test } from 'vitest';
import { makeSubAccount } from '@/testing/fake-data';
import { conditionName, inMotion, progress, slugOf } from './model';

test.each([
  ['Bright Smile Dental', 'bright-smile-dental'],
  ['Müller & Söhne', 'muller-sohne'],
  ['Straße 7', 'strasse-7'],
  ['  --Zoë’s Café--  ', 'zoe-s-cafe'],
  ['日本', ''],
])('%s is called %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('a long name is cut without a hyphen at its end', () => {
  expect(slugOf(`${'a'.repeat(49)} b`)).toBe('a'.repeat(49));
});

test('progress counts the steps that are done', () => {
  expect(progress(makeSubAccount('a', 'A', 'provisioning', 2).conditions)).toEqual({ done: 2, of: 5 });
});

test('only what is set up or taken down changes by itself', () => {
  expect(inMotion(makeSubAccount('a', 'A', 'provisioning', 1))).toBe(true);
  expect(inMotion(makeSubAccount('a', 'A', 'stalled', 1))).toBe(false);
});

test('conditions read as words', () => {
  expect(conditionName('DatabaseReady')).toBe('Database ready');
});
