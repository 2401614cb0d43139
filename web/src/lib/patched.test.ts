import { expect, test } from 'vitest';
import { patched } from './patched';

const record = {
  id: '1',
  name: 'Ada',
  tags: ['a'],
  custom: { plan: 'gold', size: 1 } as object | null,
  version: 3,
};

test.each([
  ['a value', { before: { name: 'Ada' }, after: { name: 'Bo' } }, { ...record, name: 'Bo' }],
  ['a list, which is one value', { before: { tags: ['a'] }, after: { tags: [] } }, { ...record, tags: [] }],
  [
    'a member inside',
    { before: { custom: { plan: 'gold' } }, after: { custom: { plan: 'blue' } } },
    { ...record, custom: { plan: 'blue', size: 1 } },
  ],
  [
    'a member that came, and one that went',
    { before: { custom: { size: 1 } }, after: { custom: { since: 2 } } },
    { ...record, custom: { plan: 'gold', since: 2 } },
  ],
  [
    'an object that was nothing',
    { before: { custom: null }, after: { custom: { plan: 'x' } } },
    { ...record, custom: { plan: 'x' } },
  ],
  ['nothing', { before: {}, after: {} }, record],
])('a change of %s', (_, change, want) => {
  expect(patched(record, change)).toEqual(want);
});
