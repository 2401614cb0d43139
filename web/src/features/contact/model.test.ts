import { expect, test } from 'vitest';
import { Problem } from '@/lib/api';
import { makeContact } from '@/testing/fake-data';
import { changes, clashes, patchOf, toForm } from './form';
import { duplicateOf, nextSort, sortOf } from './model';
import { contactSchema } from './schema';
import { contactSearch } from './search';

const base = toForm(makeContact(0));
const reach = (address: string, primary = true) => ({ address, label: '', primary, state: 'ok' as const });

test('of an address and of own fields only what changed is sent, and what was emptied as nothing', () => {
  const had = {
    ...base,
    custom: { plan: 'gold', visits: 3 },
    address: { ...base.address, city: 'Rome', street: 'Via 1' },
  };
  const next = {
    ...had,
    custom: { plan: 'gold', visits: null },
    address: { ...had.address, city: '', country: 'IT' },
  };
  expect(patchOf(had, next)).toEqual({ custom: { visits: null }, address: { city: null, country: 'IT' } });
});

test('empty lines for addresses are dropped, and one that is left is the primary one', () => {
  const next = { ...base, phones: [reach('', true), reach('+14155550100', false)] };
  expect(patchOf(base, next).phones).toEqual([
    { number: '+14155550100', label: '', primary: true, state: 'ok' },
  ]);
  expect(patchOf(base, { ...base, phones: [...base.phones, reach('', false)] })).toEqual({});
});

test('an edit sends only what was edited', () => {
  expect(changes(base, { ...base, last_name: 'Smith', tags: [...base.tags] })).toEqual({
    last_name: 'Smith',
  });
});

test('two people who changed different fields do not clash', () => {
  expect(
    clashes(base, { ...base, emails: [reach('new@example.com')] }, { ...base, last_name: 'Smith' }),
  ).toEqual([]);
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
    { ...base, first_name: '', last_name: '', emails: [reach('')], phones: [] },
    'first_name',
  ],
  ['an address without a host', { ...base, emails: [reach('maria@')] }, 'emails'],
  ['a number with letters', { ...base, phones: [reach('1-800-FLOWERS')] }, 'phones'],
])('refused: %s', (_, form, field) => {
  expect(contactSchema.safeParse(form).error?.issues[0]?.path[0]).toBe(field);
});

test('a number as people write it at home is the server’s to read', () => {
  expect(contactSchema.safeParse({ ...base, phones: [reach('(415) 555-0100')] }).success).toBe(true);
});

test('an address that makes no sense shows the plain list', () => {
  expect(contactSearch({ q: { a: 1 }, sort: 'shoe-size', tag: '', contact: null })).toEqual({});
});
