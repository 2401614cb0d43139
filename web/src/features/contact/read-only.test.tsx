import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi } from '@/testing/fake-api';
import { session, sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

/** A role that reads contacts and changes nothing. */
function openAsReader(path: string, permissions = ['contacts.read', 'conversations.read']) {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, at) => (at === '/session' ? sessionOf(permissions) : undefined);
  const [first] = api.contacts;
  if (first) {
    first.custom = { plan: 'gold', visits: 12, spent: { amount: 1250, currency: 'USD' } };
    first.company_id = api.companies.items[0]?.id ?? '';
  }
  return { api, ...openApp(path.replace('FIRST', first?.id ?? ''), api) };
}

test('whoever may only read sees all that is known, and nothing to change it with', async () => {
  const { user } = openAsReader(`/a/${account}/contacts?contact=FIRST`);
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByText('Gold')).toBeTruthy();
  expect(panel.getByText('$12.50')).toBeTruthy();
  expect(await panel.findByRole('link', { name: 'Rossi Flowers' })).toBeTruthy();
  expect(panel.queryAllByRole('textbox')).toHaveLength(0);
  expect(panel.queryAllByRole('combobox')).toHaveLength(0);
  for (const name of ['Save', 'Cancel', 'Delete contact', 'Text', 'Another phone'])
    expect(panel.queryByRole('button', { name })).toBeNull();

  await user.click(panel.getByRole('button', { name: 'Notes' }));
  await panel.findAllByTestId('note');
  for (const name of ['Add note', 'Edit note', 'Delete note', 'Pin above the others'])
    expect(panel.queryByRole('button', { name })).toBeNull();

  await user.click(panel.getByRole('button', { name: 'Tasks' }));
  const [task] = await panel.findAllByRole<HTMLInputElement>('checkbox');
  expect(task?.disabled).toBe(true);
  for (const name of ['Add task', 'Delete task']) expect(panel.queryByRole('button', { name })).toBeNull();

  await user.click(panel.getByRole('button', { name: 'Files' }));
  await panel.findAllByTestId('file');
  expect(panel.queryByRole('button', { name: /^(Add files|Delete )/ })).toBeNull();
});

test('whoever may text and not change keeps the button for it', async () => {
  openAsReader(`/a/${account}/contacts?contact=FIRST`, ['contacts.read', 'messages.send']);
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByRole('button', { name: 'Text' })).toBeTruthy();
  expect(panel.queryByRole('button', { name: 'Save' })).toBeNull();
});

test('the address of a new contact opens no form for whoever may not make one', async () => {
  openAsReader(`/a/${account}/contacts?contact=new`);
  await screen.findAllByRole('row');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.queryByRole('button', { name: 'New contact' })).toBeNull();
});

test('cells do not open for whoever may only read', async () => {
  const { api, user } = openAsReader(`/a/${account}/contacts`);
  const cell = (await screen.findAllByText(api.contacts[0]?.email ?? ''))[0] as HTMLElement;
  await user.dblClick(cell);
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('textbox', { name: 'E-mail' })).toBeNull());
  expect(api.calls.some(({ method }) => method === 'PATCH')).toBe(false);
});

test('what one may do in another sub-account is not done in this one', async () => {
  const api = new FakeApi({ contacts: 3 });
  const [here, ...others] = session.sub_accounts;
  api.before = (_, at) =>
    at === '/session' && here
      ? { ...session, sub_accounts: [{ ...here, permissions: ['contacts.read'] }, ...others] }
      : undefined;
  openApp(`/a/${account}/contacts?contact=${api.contacts[0]?.id}`, api);
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByText('Created')).toBeTruthy();
  expect(panel.queryByRole('button', { name: 'Save' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Webhooks', hidden: true })).toBeNull();
});
