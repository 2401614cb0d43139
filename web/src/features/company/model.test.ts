import { expect, test } from 'vitest';
import { type CustomField, Problem } from '@/lib/api';
import { duplicateOf } from './model';

const vat = { key: 'vat_number', name: 'VAT number' } as CustomField;

test('who has a domain or a unique value already is named with what they have', () => {
  const taken = (field: string) =>
    new Problem(409, 'company.duplicate', '', [], { company: { id: 'c1', name: 'Rossi' }, field });
  expect(duplicateOf(taken('domain'), [vat])).toEqual({ id: 'c1', name: 'Rossi', what: 'domain' });
  expect(duplicateOf(taken('custom.vat_number'), [vat])).toEqual({
    id: 'c1',
    name: 'Rossi',
    what: 'VAT number',
  });
  expect(duplicateOf(new Problem(409, 'company.stale', '', [], {}), [vat])).toBeNull();
});
