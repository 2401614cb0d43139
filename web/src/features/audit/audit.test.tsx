import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { makeEntry } from '@/testing/fake-audit';
import { me } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { deedOfAgency, deedOfRecord, filterOf, placeOf, titleOf, valueText } from './model';
import { auditSearch } from './search';
import { deedOf } from './words';

beforeAll(loadScreens);

test('a change opens to what was before and after, by name, and leads to its record', async () => {
  const { user } = openApp(`/a/${account}/audit`, new FakeApi({ contacts: 12 }));
  const [row] = await screen.findAllByTestId('deed');
  if (!row) throw new Error('no row');
  expect(row.textContent).toContain('changed a contact');
  await user.click(within(row).getByRole('button', { expanded: false }));
  const phone = within(row).getByRole('row', { name: /^phone/ });
  expect(within(phone).getByText('empty').tagName).toBe('DEL');
  expect(within(phone).getByText('+14155550123').tagName).toBe('INS');
  expect(within(row).getByRole('row', { name: /^owner/ }).textContent).toContain('Dana Whitfield');
  expect(within(row).getByRole('link', { name: 'Open the contact' }).getAttribute('href')).toContain(
    `/a/${account}/contacts?contact=`,
  );
});

test('filters stand in the address and are asked of the server, the export with them', async () => {
  const api = new FakeApi({ contacts: 12 });
  const { user, router } = openApp(`/a/${account}/audit`, api);
  await screen.findAllByTestId('deed');
  await user.selectOptions(screen.getByLabelText('Who'), 'API keys');
  await waitFor(() => {
    const rows = screen.getAllByTestId('deed');
    expect(rows.every((row) => row.textContent?.includes('Website forms'))).toBe(true);
  });
  await user.selectOptions(screen.getByLabelText('Kind of record'), 'Contacts');
  expect(router.state.location.search).toMatchObject({ who: 'key', kind: 'contact' });
  expect(screen.getByRole('link', { name: 'Export with proof' }).getAttribute('href')).toBe(
    `/api/v1/sub-accounts/${account}/audit/export?actor_kind=key&subject_kind=contact`,
  );
  await user.selectOptions(screen.getByLabelText('What was done'), 'Webhooks');
  await user.click(await screen.findByRole('button', { name: 'Show all changes' }));
  expect((await screen.findAllByTestId('deed')).length).toBe(12);
});

test('from one change to all of its record, with the keyboard to the next', async () => {
  const api = new FakeApi({ contacts: 30 });
  const { user, router } = openApp(`/a/${account}/audit`, api);
  await screen.findAllByTestId('deed');
  await user.keyboard('jjo');
  await user.click(await screen.findByRole('button', { name: 'This record’s history' }));
  expect(router.state.location.search).toMatchObject({ record: api.audit.entries[1]?.subject_id });
  await user.click(await screen.findByRole('button', { name: 'One record only' }));
  expect(router.state.location.search).not.toHaveProperty('record', expect.anything());
});

test('the chain is verified on demand, and a broken one says where', async () => {
  const api = new FakeApi({ contacts: 12 });
  const { user } = openApp(`/a/${account}/audit`, api);
  const asked = () => api.calls.filter(({ path }) => path.endsWith('/verification')).length;
  await screen.findAllByTestId('deed');
  expect(asked()).toBe(0);
  await user.click(screen.getByRole('button', { name: 'Verify' }));
  expect(await screen.findByText(/^12 entries hold/)).toBeTruthy();
  api.audit.broken = { at: 17, why: 'the value after was changed' };
  await user.click(screen.getByRole('button', { name: 'Check again' }));
  expect(await screen.findByText(/does not hold at place 17: the value after was changed/)).toBeTruthy();
  expect(screen.getByText('Broken')).toBeTruthy();
});

test('how long entries are kept is changed, refused where it is nonsense, and taken back', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/audit`, api);
  await user.click(await screen.findByRole('button', { name: 'Kept for 400 days' }));
  const days = await screen.findByLabelText('Days to keep them');
  await user.clear(days);
  await user.type(days, '7');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Give whole days, from 30 to 3,650.')).toBeTruthy();
  await user.clear(days);
  await user.type(days, '730');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.audit.policy).toEqual({ retention_days: 730, version: 1 }));
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(api.audit.policy).toEqual({ retention_days: 400, version: 2 }));
});

test('who may not read it is told so', async () => {
  const api = new FakeApi();
  api.before = (_, path) =>
    path.endsWith('/audit') ? new Refusal(403, 'permission.denied', 'You may not read this.') : undefined;
  openApp(`/a/${account}/audit`, api);
  expect(await screen.findByText('This is not open to you')).toBeTruthy();
});

test('the agency’s has its own list, with old values beside the new', async () => {
  const { user } = openApp('/agency/audit', new FakeApi({ contacts: 12 }));
  const rows = await screen.findAllByTestId('deed');
  expect(rows[0]?.textContent).toContain('signed in');
  const row = rows[1];
  if (!row) throw new Error('no row');
  await user.click(within(row).getByRole('button', { expanded: false }));
  const status = within(row).getByRole('row', { name: /^status/ });
  expect(status.textContent).toBe('statussuspendedactive');
});

test('the agency’s is kept for good, or for as long as is said', async () => {
  const api = new FakeApi({ contacts: 12 });
  const { user } = openApp('/agency/audit', api);
  await user.click(await screen.findByRole('button', { name: 'Kept for good' }));
  const days = await screen.findByLabelText('Days to keep them');
  await user.clear(days);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Give whole days, from 30 to 3,650, or 0 for good.')).toBeTruthy();
  await user.type(days, '730');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.audit.agencyPolicy).toEqual({ retention_days: 730, version: 1 }));
  // Notices of the tests before may still stand.
  await screen.findByRole('button', { name: 'Kept for 730 days' });
  const undo = (await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement;
  expect(undo.closest('li')?.textContent).toContain('What is older goes in the coming night.');
  await user.click(undo);
  await waitFor(() => expect(api.audit.agencyPolicy).toEqual({ retention_days: 0, version: 2 }));
});

test('who was erased from the agency’s did it namelessly, and the entry says why', async () => {
  const { user } = openApp('/agency/audit', new FakeApi({ contacts: 12 }));
  const row = (await screen.findAllByTestId('deed'))[3] as HTMLElement;
  expect(row.textContent).toContain('Somebodyremoved a memberErased');
  await user.click(within(row).getByRole('button', { expanded: false }));
  expect(within(row).getByText(/by an id that leads nowhere/)).toBeTruthy();
});

test('an address cut short or made up leaves out what makes no sense', () => {
  expect(auditSearch({ from: '2026-13-99', to: '2026-02-28', record: '1; drop', who: 7 })).toEqual({
    who: '7',
    to: '2026-02-28',
    from: undefined,
    record: undefined,
    action: undefined,
    kind: undefined,
    field: undefined,
    account: undefined,
  });
  const { from, to, actor, actor_kind } = filterOf({ from: '2026-02-01', to: '2026-02-28', who: 'person' });
  expect([from, to]).toEqual([
    new Date('2026-02-01T00:00').toISOString(),
    new Date('2026-03-01T00:00').toISOString(),
  ]);
  expect([actor, actor_kind]).toEqual([undefined, 'person']);
});

test('a record that stands under its noun is told as itself', () => {
  const view = deedOfRecord(
    makeEntry(0, {
      action: 'view.created',
      subject_kind: 'view',
      subject_id: me,
      after: { view: { name: 'VIPs', sort: 'name' } },
      changes: [{ path: 'view.sort', after: 'name' }],
    }),
  );
  expect(titleOf(view)).toBe('VIPs');
  expect(view.changes).toEqual([{ path: 'sort', after: 'name' }]);
  expect(placeOf(view)).toEqual({ view: me });
  const bulk = makeEntry(1, {
    subject_kind: 'bulk',
    after: { bulk: { action: { kind: 'tag.add', tags: ['spring'] } } },
  });
  expect(titleOf(deedOfRecord(bulk))).toBe('add tags: spring');
});

test('what is unknown keeps its own name, and values are words', () => {
  expect(deedOf('contact.created')).toBe('added a contact');
  expect(deedOf('rocket.launched_twice')).toBe('rocket launched twice');
  const nameOf = (id: string) => (id === me ? 'Dana' : undefined);
  expect(valueText([{ address: 'a@example.com', primary: true }, me, true, null, ''], nameOf)).toBe(
    'a@example.com, Dana, yes, nothing, empty',
  );
  expect(valueText({ city: 'Wien', street: '', zip: 1010 }, nameOf)).toBe('city: Wien, zip: 1010');
  const told = deedOfAgency({
    id: me,
    action: 'sub_account.updated',
    actor: { kind: 'operator', id: '', name: '' },
    at: '2026-02-02T08:15:00Z',
    detail: { status: 'active', status_before: 'suspended', only_before: 1, empty: null },
  });
  expect(told.changes).toEqual([
    { path: 'status', before: 'suspended', after: 'active' },
    { path: 'only_before', before: undefined, after: 1 },
  ]);
  expect(placeOf(told)).toBeUndefined();
});
