import { expect, test } from 'vitest';
import { Problem } from '@/lib/api';
import { makeContact } from '@/testing/fake-data';
import { changes, clashes, duplicateOf, nextSort, sortOf, toForm } from './model';
import { contactSchema } from './schema';
import { contactSearch } from './search';

const base = toForm(makeContact(0));

test('an edit sends only what was edited', () => {
  expect(changes(base, { ...base, last_name: 'Smith', tags: [...base.tags] })).toEqual({
    last_name: 'Smith',
  });
});

test('two people who changed different fields do not clash', () => {
  expect(clashes(base, { ...base, email: 'new@example.com' }, { ...base, last_name: 'Smith' })).toEqual([]);
});

test('two people who changed the same field differently do, and both values are shown', () => {
  expect(clashes(base, { ...base, last_name: 'Jones' }, { ...base, last_name: 'Smith' })).toEqual([
    { field: 'last_name', label: 'Last name', theirs: 'Jones', mine: 'Smith' },
  ]);
});

test('two people who made the same change do not clash', () => {
  const same = { ...base, tags: ['vip'] };
  expect(clashes(base, same, same)).toEqual([]);
});

test('a 409 names the other contact', () => {
  const meta = { contact: { id: 'c1', name: 'Maria Lopez' }, field: 'phone' };
  expect(duplicateOf(new Problem(409, 'contact.duplicate', '', [], meta))).toEqual({
    id: 'c1',
    name: 'Maria Lopez',
    field: 'phone number',
  });
  expect(duplicateOf(new Problem(409, 'something.else', '', [], meta))).toBeNull();
});

test('a click on a head sorts by it, the next one turns it round', () => {
  expect([nextSort('-created_at', 'name'), nextSort('name', 'name'), nextSort('name', 'created_at')]).toEqual(
    ['name', '-name', '-created_at'],
  );
  expect([sortOf('-name', 'name'), sortOf('name', 'name'), sortOf('name', 'created_at')]).toEqual([
    'descending',
    'ascending',
    undefined,
  ]);
});

test.each([
  [
    'no name, no number, no address',
    { ...base, first_name: '', last_name: '', email: '', phone: '' },
    'first_name',
  ],
  ['an address without a host', { ...base, email: 'maria@' }, 'email'],
  ['a number with letters', { ...base, phone: '1-800-FLOWERS' }, 'phone'],
])('refused: %s', (_, form, field) => {
  expect(contactSchema.safeParse(form).error?.issues[0]?.path[0]).toBe(field);
});

test('a number as people write it at home is the server’s to read', () => {
  expect(contactSchema.safeParse({ ...base, phone: '(415) 555-0100' }).success).toBe(true);
});

test('an address that makes no sense shows the plain list', () => {
  expect(contactSearch({ q: { a: 1 }, sort: 'shoe-size', tag: '', contact: null })).toEqual({});
});
