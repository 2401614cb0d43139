import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi } from '@/testing/fake-api';
import { makeContact } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { allColumns } from './columns';
import { differs, keptOf, mergeFields, oldest, winnerOf } from './merge-fields';

const path = `/a/${account}/contacts`;

beforeAll(loadScreens);

const row = (name: RegExp) => screen.findByRole('row', { name });
const merging = (api: FakeApi) => api.calls.filter((call) => /\/contacts\/[^/]+\/merge$/.test(call.path));
const group = (choice: string) => screen.findByRole('group', { name: choice });

test('a field takes the value of who stays, and where that is empty of who was changed last', () => {
  const fields = mergeFields(allColumns(undefined), { person: (id) => id, company: (id) => id });
  const source = fields.find(({ key }) => key === 'source');
  const title = fields.find(({ key }) => key === 'job_title');
  if (!source || !title) throw new Error('fields are missing');
  const three = [
    makeContact(1, { source: 'web', updated_at: '2026-01-01T00:00:00Z' }),
    makeContact(2, { source: 'fair', job_title: 'Baker', updated_at: '2026-01-02T00:00:00Z' }),
    makeContact(3, { source: '', job_title: 'Miller', updated_at: '2026-01-03T00:00:00Z' }),
  ];
  const [a, b, c] = three.map(({ id }) => id);
  expect(winnerOf(source, three, a ?? '')).toBe(a);
  expect(winnerOf(source, three, c ?? '')).toBe(b);
  expect(winnerOf(title, three, a ?? '')).toBe(c);
  expect(differs(title, three)).toBe(true);
  expect(differs(title, three.slice(0, 2))).toBe(false);
  expect(oldest(three)).toBe(c);
  expect(keptOf(three)).toContain('2 e-mail addresses');
});

test('selected contacts are merged: who stays, whose value counts, and it is undone', async () => {
  const api = new FakeApi({ contacts: 4 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: /Select Maria/ }));
  expect(screen.queryByRole('button', { name: 'Merge' })).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: /Select Kwame/ }));
  await user.click(await screen.findByRole('button', { name: 'Merge' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge 2 contacts' });
  // The older one stays unless somebody says otherwise.
  expect(within(await group('Stays')).getByRole<HTMLInputElement>('radio', { name: /Kwame/ }).checked).toBe(
    true,
  );
  await user.click(within(await group('Stays')).getByRole('radio', { name: /Maria/ }));
  expect(
    within(await group('Last name')).getByRole<HTMLInputElement>('radio', { name: 'Lopez' }).checked,
  ).toBe(true);
  await user.click(within(await group('Last name')).getByRole('radio', { name: 'Mensah' }));
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const [call] = merging(api);
  const [maria, kwame] = [0, 1].map((n) => makeContact(n).id);
  expect(call?.path).toContain(maria);
  expect(call?.headers.get('if-match')).toBe('"1"');
  expect(call?.body).toEqual({
    from: [kwame],
    fields: { last_name: kwame },
    versions: { [String(kwame)]: 1 },
  });
  expect(await row(/Maria Mensah/)).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('row', { name: /Kwame/ })).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await row(/Kwame/)).toBeTruthy();
  expect(await row(/Maria Lopez/)).toBeTruthy();
});

test('one that somebody changed meanwhile is shown as it is now, and merged at the next try', async () => {
  const api = new FakeApi({ contacts: 4 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: /Select Maria/ }));
  await user.click(screen.getByRole('checkbox', { name: /Select Kwame/ }));
  await user.click(await screen.findByRole('button', { name: 'Merge' }));
  const dialog = await screen.findByRole('dialog');
  await group('Last name');
  api.contacts = api.contacts.map((one, n) => (n === 0 ? { ...one, last_name: 'Rossi', version: 2 } : one));
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  expect(await within(dialog).findByText(/changed one of them meanwhile/)).toBeTruthy();
  await within(dialog).findByRole('radio', { name: 'Rossi' });
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const keys = merging(api).map(({ headers }) => headers.get('idempotency-key'));
  expect(new Set(keys).size).toBe(2);
});

test('from the panel another contact is found by its address, and the panel lists merges that can be undone', async () => {
  const api = new FakeApi({ contacts: 12 });
  const [maria] = api.contacts;
  const { user, router } = openApp(`${path}?contact=${maria?.id}`, api);
  await user.click(await screen.findByRole('button', { name: 'Merge with another contact' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge with another contact' });
  expect((await within(dialog).findByRole<HTMLButtonElement>('button', { name: 'Merge' })).disabled).toBe(
    true,
  );
  await user.type(within(dialog).getByRole('textbox', { name: 'Another contact' }), 'maria');
  await user.click(await within(dialog).findByRole('button', { name: /Maria Lopez 2/ }));
  expect(await screen.findByRole('dialog', { name: 'Merge 2 contacts' })).toBeTruthy();
  await group('Last name');
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  // The older one stays, so the panel goes there.
  await waitFor(() => expect(router.state.location.search).toMatchObject({ contact: makeContact(10).id }));
  await user.click(await screen.findByRole('button', { name: 'Activity' }));
  expect(await screen.findByText('1 contact merged into this one')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Undo the merge' }));
  expect(await screen.findByText('They are several contacts again')).toBeTruthy();
  await waitFor(() => expect(screen.queryByText('1 contact merged into this one')).toBeNull());
  expect(api.contacts).toHaveLength(12);
});

test('a link to one who was merged away leads to whom it became', async () => {
  const api = new FakeApi({ contacts: 12 });
  const [maria, kwame] = api.contacts;
  await api.handle(
    new Request(`http://x/api/v1/sub-accounts/${account}/contacts/${maria?.id}/merge`, {
      method: 'POST',
      headers: { 'If-Match': '"1"' },
      body: JSON.stringify({ from: [kwame?.id], fields: {}, versions: {} }),
    }),
  );
  const { user, router } = openApp(`${path}?contact=${kwame?.id}`, api);
  await user.click(await screen.findByRole('button', { name: 'Show that contact' }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ contact: maria?.id }));
});

test('probable duplicates say why and how surely, are merged, told apart, and that is taken back', async () => {
  const api = new FakeApi();
  const { user } = openApp(path, api);
  await user.click(await screen.findByRole('button', { name: 'More about contacts' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Duplicates' }));
  const found = await screen.findAllByTestId('duplicates');
  expect(found).toHaveLength(3);
  const [first, second] = found as [HTMLElement, HTMLElement];
  expect(within(first).getByText('95 % sure')).toBeTruthy();
  expect(within(first).getByText('same mailbox, same name and birthday')).toBeTruthy();
  expect(within(second).getByText(/same phone number/)).toBeTruthy();
  // Of three, the two that are the same.
  await user.click(within(second).getByRole('checkbox', { name: /Kwame Mensah 3 is one of them/ }));
  await user.click(within(second).getByRole('button', { name: 'Merge' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge 2 contacts' });
  await group('Last name');
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  await waitFor(() => expect(api.contacts).toHaveLength(59));

  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const [anew] = (await screen.findAllByTestId('duplicates')) as [HTMLElement];
  await user.click(within(anew).getByRole('button', { name: 'Not the same' }));
  await waitFor(() => expect(screen.queryByText('95 % sure')).toBeNull());
  const notice = (await screen.findByText('Maria Lopez, Maria Lopez 2')).closest('li');
  await user.click(within(notice as HTMLElement).getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('95 % sure')).toBeTruthy();
  const said = api.calls.filter(({ path: at }) => /duplicates\/(dismiss|restore)$/.test(at));
  expect(said.map(({ body }) => body.contacts)).toEqual([
    [makeContact(0).id, makeContact(10).id],
    [makeContact(0).id, makeContact(10).id],
  ]);
  await user.click(screen.getByRole('button', { name: 'Surest' }));
  await waitFor(() => expect(screen.getAllByTestId('duplicates')).toHaveLength(2));
});

test('pairs that were told apart are listed, looked at again, and that is taken back', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${path}/duplicates`, api);
  const [first] = await screen.findAllByTestId('duplicates');
  await user.click(within(first as HTMLElement).getByRole('button', { name: 'Not the same' }));
  await waitFor(() => expect(screen.getAllByTestId('duplicates')).toHaveLength(2));
  await user.click(screen.getByRole('link', { name: 'Told apart' }));
  const pair = await screen.findByTestId('apart');
  expect(within(pair).getByText(/Dana Whitfield/)).toBeTruthy();
  await user.click(within(pair).getByRole('button', { name: 'Look at Maria Lopez and Maria Lopez 2 again' }));
  expect(await screen.findByText('Nobody was told apart')).toBeTruthy();
  const notice = (await screen.findByText('They are looked at again')).closest('li');
  await user.click(within(notice as HTMLElement).getByRole('button', { name: 'Undo' }));
  expect(await screen.findByTestId('apart')).toBeTruthy();
  await user.click(screen.getByRole('link', { name: 'Probable' }));
  await waitFor(() => expect(screen.getAllByTestId('duplicates')).toHaveLength(2));
});
