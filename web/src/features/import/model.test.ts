import { describe, expect, test } from 'vitest';
import type { CustomField, ImportSettings } from '@/lib/api';
import { faultsOf, lacking, mapColumn, targetsOf } from './model';

const settings = (changes: Partial<ImportSettings> = {}): ImportSettings => ({
  fields: ['first_name', 'email', ''],
  match: ['email'],
  on_match: 'update',
  ...changes,
});

describe('the meaning of columns', () => {
  test('several columns may be an e-mail address', () => {
    expect(mapColumn(['email', ''], 1, 'email')).toEqual(['email', 'email']);
  });
  test('what one column alone can mean is taken from the other', () => {
    expect(mapColumn(['first_name', 'email', ''], 2, 'first_name')).toEqual(['', 'email', 'first_name']);
  });
  test('the server says what there is; own fields go by their names, and what is new by its words', () => {
    const plan = { key: 'plan', name: 'Plan of care' } as CustomField;
    expect(targetsOf(['email', 'custom.plan', 'shoe_size'], [plan])).toEqual([
      { key: 'email', label: 'E-mail', group: 'How to reach them' },
      { key: 'custom.plan', label: 'Plan of care', group: 'Your own fields' },
      { key: 'shoe_size', label: 'Shoe size', group: 'Other' },
    ]);
  });
});

describe('what stands in the way', () => {
  test('nothing, with a name or an address', () => expect(lacking(settings())).toBeNull());
  test('columns that name nobody', () =>
    expect(lacking(settings({ fields: ['tags', '', ''] }))).toContain('a name, an e-mail'));
  test('half a proof of consent', () =>
    expect(lacking(settings({ consent: { text: 'Offers', source: '', at: '' } }))).toContain('where'));
});

test('a refusal stands beside the columns of which it speaks', () => {
  expect(
    faultsOf([
      { path: 'fields[2]', message: 'Another column means this already.' },
      { path: 'consent.at', message: 'Say when they agreed.' },
    ]),
  ).toEqual({ columns: { 2: 'Another column means this already.' }, rest: ['Say when they agreed.'] });
});
