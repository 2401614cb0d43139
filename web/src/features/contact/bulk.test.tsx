import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { session } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { followed } from './bulk';

const path = `/a/${account}/contacts`;

beforeAll(loadScreens);
beforeEach(() => followed.set([]));

const row = (name: RegExp) => screen.findByRole('row', { name });
const item = () => screen.findByTestId('bulk-action');
const started = (api: FakeApi) =>
  api.calls.filter((call) => call.method === 'POST' && call.path.endsWith('/contacts/bulk'));

test('some contacts are tagged at once, what came of it is told, and it is undone', async () => {
  const api = new FakeApi({ contacts: 4 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: /Select Maria/ }));
  await user.click(screen.getByRole('checkbox', { name: /Select Kwame/ }));
  await user.click(await screen.findByRole('button', { name: 'Add tags' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add tags: 2 contacts' });
  await user.click(within(dialog).getByRole('button', { name: 'Add tags' }));
  expect(within(dialog).getByText('Write at least one tag.')).toBeTruthy();
  await user.type(within(dialog).getByRole('textbox', { name: 'Tags' }), 'spring{Enter}');
  await user.click(within(dialog).getByRole('button', { name: 'Add tags' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const [call] = started(api);
  expect(call?.body).toEqual({
    ids: [api.contacts[0]?.id, api.contacts[1]?.id],
    action: { kind: 'tag.add', tags: ['spring'] },
  });
  expect(call?.headers.get('idempotency-key')).toBeTruthy();
  expect(await within(await item()).findByText('2 contacts changed')).toBeTruthy();
  expect(await within(await row(/Maria/)).findByText('spring')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Undo: Add the tag “spring”' }));
  expect(await within(await item()).findByText('2 contacts put back')).toBeTruthy();
  await waitFor(() => expect(api.contacts.some(({ tags }) => tags?.includes('spring'))).toBe(false));
  await waitFor(async () => expect(within(await row(/Maria/)).queryByText('spring')).toBeNull());
  await user.click(screen.getByRole('button', { name: /^Dismiss/ }));
  expect(screen.queryByTestId('bulk-action')).toBeNull();
});

test('all that match means the filter, but for whom was taken out', async () => {
  const api = new FakeApi({ contacts: 12 });
  const filter = { field: 'tags', op: 'any_of', value: ['vip'] };
  const { user } = openApp(`${path}?filter=${encodeURIComponent(JSON.stringify(filter))}&q=example`, api);
  await row(/Kwame/);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that match' }));
  await user.click(screen.getByRole('checkbox', { name: /Select Kwame Mensah$/ }));
  await user.click(await screen.findByRole('button', { name: 'Assign an owner' }));
  const dialog = await screen.findByRole('dialog');
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'Owner' }), 'Ravi Patel');
  await user.click(within(dialog).getByRole('button', { name: 'Assign an owner' }));
  await waitFor(() => expect(started(api)).toHaveLength(1));
  expect(started(api)[0]?.body).toMatchObject({
    filter,
    q: 'example',
    except: [api.contacts[1]?.id],
    action: { kind: 'assign' },
  });
  expect(await within(await item()).findByText('Give to Ravi Patel')).toBeTruthy();
});

test('a deletion asks nothing, and what it took comes back', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: /Select Maria/ }));
  await user.click(await screen.findByRole('button', { name: 'More to do with the selected contacts' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  await waitFor(() => expect(screen.queryByRole('row', { name: /Maria/ })).toBeNull());
  expect(screen.queryByRole('region', { name: 'Selection' })).toBeNull();
  await user.click(await screen.findByRole('button', { name: 'Undo: Delete' }));
  expect(await row(/Maria/)).toBeTruthy();
});

test('a custom field is set to one of its options', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that match' }));
  await user.click(await screen.findByRole('button', { name: 'More to do with the selected contacts' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Set a field…' }));
  const dialog = await screen.findByRole('dialog');
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'Field' }), 'Plan');
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'New value' }), 'Gold');
  await user.click(within(dialog).getByRole('button', { name: 'Set a field' }));
  await waitFor(() =>
    expect(started(api)[0]?.body).toEqual({
      filter: null,
      action: { kind: 'field.set', field: 'custom.plan', value: 'gold' },
    }),
  );
  expect(await within(await item()).findByText('Set Plan to “Gold”')).toBeTruthy();
});

test('what the server refuses stays in the dialog, with the reason', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(/Maria/);
  await user.click(screen.getByRole('checkbox', { name: 'Select all that match' }));
  await user.click(await screen.findByRole('button', { name: 'Add tags' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('textbox', { name: 'Tags' }));
  await user.paste(`${'x'.repeat(70)},`);
  await user.click(within(dialog).getByRole('button', { name: 'Add tags' }));
  expect(await within(dialog).findByText('A tag has at most 64 characters.')).toBeTruthy();
  expect(within(dialog).getByRole('button', { name: /^Remove xxx/ })).toBeTruthy();
});

test('a running action is paused, goes on and is cancelled, and a reload finds it again', async () => {
  const api = new FakeApi({ contacts: 6 });
  api.bulks.steps = Number.POSITIVE_INFINITY;
  const { user } = openApp(`${path}/bulk`, api);
  expect(await screen.findByText('No bulk actions yet')).toBeTruthy();
  await api.handle(
    new Request(`http://x/api/v1/sub-accounts/${account}/contacts/bulk`, {
      method: 'POST',
      body: JSON.stringify({ filter: null, action: { kind: 'tag.remove', tags: ['vip'] } }),
    }),
  );
  openApp(path, api);
  const tray = await screen.findByRole('region', { name: 'Bulk actions' });
  await user.click(await within(tray).findByRole('button', { name: 'Pause' }));
  await user.click(await within(tray).findByRole('button', { name: 'Resume' }));
  await user.click(await within(tray).findByRole('button', { name: 'Cancel' }));
  expect(await within(tray).findByText('Cancelled')).toBeTruthy();
});

test('the list of bulk actions says what came of each, and offers what each still allows', async () => {
  const api = new FakeApi({ bulks: true });
  const { user } = openApp(path, api);
  await user.click(await screen.findByRole('button', { name: 'More about contacts' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Bulk actions' }));
  const items = await screen.findAllByTestId('bulk-action');
  expect(items).toHaveLength(5);
  const [paused, done, undone, failed] = items as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  expect(within(paused).getByText(/12,000 of 41,280 contacts · 11,900 changed/)).toBeTruthy();
  expect(within(paused).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('29');
  expect(within(done).getByText(/A contact has at most 50 tags/)).toBeTruthy();
  expect(
    within(done)
      .getByRole('link', { name: /who fits/ })
      .getAttribute('href'),
  ).toContain('vip');
  expect(within(undone).getByText(/9 left alone/)).toBeTruthy();
  expect(within(undone).queryByRole('button')).toBeNull();
  expect(within(failed).getByText(/a field that was archived/)).toBeTruthy();
  await user.click(within(failed).getByRole('button', { name: /^Undo/ }));
  expect(await within(failed).findByText('Undone')).toBeTruthy();
});

test('who may only read selects and can do nothing with it', async () => {
  const api = new FakeApi({ contacts: 3, bulks: true });
  const reader = structuredClone(session);
  for (const place of reader.sub_accounts ?? []) place.permissions = ['contacts.read'];
  reader.permissions = ['contacts.read'];
  api.before = (_, url) => (url === '/session' ? reader : undefined);
  const { user } = openApp(path, api);
  await row(/Maria/);
  expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: /Select Maria/ }));
  expect(await screen.findByText('1 selected')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'More about contacts' }));
  expect(await screen.findByRole('menuitem', { name: 'Bulk actions' })).toBeTruthy();
  expect(screen.queryByRole('menuitem', { name: /Export/ })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Add tags' })).toBeNull();
});

test('the list is exported with its filter, its order and the columns that are shown', async () => {
  const api = new FakeApi({ contacts: 12 });
  const saved: Blob[] = [];
  URL.createObjectURL = (blob) => {
    saved.push(blob as Blob);
    return 'blob:x';
  };
  URL.revokeObjectURL = () => undefined;
  const filter = { field: 'tags', op: 'any_of', value: ['vip'] };
  const { user } = openApp(`${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`, api);
  await row(/Kwame/);
  await user.click(screen.getByRole('button', { name: 'Export' }));
  expect(await screen.findByText('The contacts are in contacts.csv')).toBeTruthy();
  expect(api.calls.find((call) => call.path.endsWith('/export'))?.body).toEqual({
    filter,
    sort: '-created_at',
    columns: ['name', 'phone', 'email', 'tags', 'owner_id', 'created_at'],
    bom: true,
  });
  expect((await saved[0]?.text())?.split('\n')).toHaveLength(5);
  api.before = (_, url) =>
    url.endsWith('/export') ? new Refusal(403, 'denied', 'You may not export contacts.') : undefined;
  await user.click(screen.getByRole('button', { name: 'Export' }));
  expect(await screen.findByText('You may not export contacts.')).toBeTruthy();
});
