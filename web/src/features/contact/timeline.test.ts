import { expect, test } from 'vitest';
import type { TimelineEntry } from '@/lib/api';
import { deedOf, listedChanges } from './timeline';

const here = '01920e5c-0000-7000-8000-000000000001';
const there = '01920e5c-0000-7000-8000-000000000002';

const moved = (before: string | null, after: string | null, known = true) =>
  ({
    category: 'contact',
    kind: 'contact.updated',
    contact: { id: '01920e5c-0000-7000-8000-000000000003', name: 'Maria' },
    companies: known ? [{ id: there, name: 'Bianchi' }] : undefined,
    detail: {
      changes: [
        { field: 'company_id', before, after },
        { field: 'job_title', before: '', after: 'Buyer' },
      ],
    },
  }) as unknown as TimelineEntry;

test.each([
  ['one who comes from nowhere', null, here, true, 'added a contact'],
  ['one who comes from elsewhere', there, here, true, 'moved a contact here from Bianchi'],
  ['one who goes elsewhere', here, there, true, 'moved a contact to Bianchi'],
  ['one who goes to a company that is gone', here, there, false, 'moved a contact to another company'],
  ['one who goes nowhere', here, null, true, 'took a contact out'],
])('a company tells of %s', (_, before, after, known, deed) => {
  const entry = moved(before, after, known);
  expect(deedOf(entry, here)).toBe(deed);
  // What the deed says isn't said again, and what else was changed is.
  expect(listedChanges(entry, here).map(({ field }) => field)).toEqual(['job_title']);
});

test("a contact's own timeline tells of a move as of any change", () => {
  const entry = moved(here, there);
  expect(deedOf(entry)).toBe('changed company, job title');
  expect(listedChanges(entry)).toHaveLength(2);
});
