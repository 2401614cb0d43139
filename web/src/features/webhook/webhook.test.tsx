import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { eventKinds } from '@/testing/fake-event-kinds';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { askAll, askOne, heard, nounsOf, others } from './model';

beforeAll(loadScreens);

const nouns = nounsOf(eventKinds);
const contacts = nouns.find(({ name }) => name === 'contact') as (typeof nouns)[number];

test('one kind less than all of a noun are the others of it', () => {
  expect(askOne(['contact.*', 'note.*'], contacts, 'contact.merged', false)).toEqual([
    'note.*',
    'contact.created',
    'contact.updated',
    'contact.deleted',
    'contact.restored',
    'contact.unmerged',
  ]);
});

test('all of a noun takes the place of its single kinds', () => {
  expect(askAll(['contact.created', 'x.y'], contacts, true)).toEqual(['x.y', 'contact.*']);
});

test('only what webhooks may ask for has a box', () => {
  expect(contacts.label).toBe('Contacts');
  expect(contacts.kinds.map(({ name }) => name)).not.toContain('contact.left');
});

test('what has no box is kept beside', () => {
  expect(others(['*', 'contact.*', 'contact.merged', 'order.paid'], nouns)).toEqual(['order.paid']);
  expect(heard(['contact.*', 'order.paid', 'a.b', 'c.d', 'e.f'], nouns)).toBe(
    'Contacts, order.paid, a.b and 2 more',
  );
});

function openHooks(search = '') {
  const api = new FakeApi({ contacts: 3 });
  return { api, ...openApp(`/a/${account}/settings/webhooks${search}`, api) };
}

test('a webhook is made, and its secret is shown once', async () => {
  const { api, user } = openHooks();
  await user.click(await screen.findByRole('button', { name: 'New webhook' }));
  await user.type(screen.getByLabelText('Address'), 'http://a.example');
  await user.click(screen.getByRole('button', { name: 'Create webhook' }));
  expect(await screen.findByText('An address begins with https://.')).toBeTruthy();

  await user.clear(screen.getByLabelText('Address'));
  await user.type(screen.getByLabelText('Address'), 'https://a.example/hook');
  await user.click(await screen.findByLabelText('Tasks'));
  await user.click(screen.getByRole('button', { name: 'Choose among contacts' }));
  await user.click(screen.getByLabelText(/Merge undone/));
  await user.click(screen.getByRole('button', { name: 'Create webhook' }));
  expect((await screen.findByTestId('secret')).textContent).toMatch(/^whsec_/);
  expect(api.webhooks.items.at(-1)?.events).toEqual([
    'task.*',
    'contact.created',
    'contact.updated',
    'contact.deleted',
    'contact.restored',
    'contact.merged',
  ]);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await screen.findAllByTestId('delivery');
  expect(screen.queryByTestId('secret')).toBeNull();
});

test('a failed delivery tells of each attempt, and is sent again', async () => {
  const { api, user } = openHooks(`?webhook=01920e5c-0012-7000-8000-000000000000`);
  await user.selectOptions(await screen.findByLabelText('Which deliveries'), 'failed');
  await waitFor(() => expect(screen.getAllByTestId('delivery')).toHaveLength(1));
  await user.click(within(screen.getByTestId('delivery')).getByRole('button'));
  expect(await screen.findAllByTestId('attempt')).toHaveLength(3);
  expect(screen.getByText('No answer within 15 seconds.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Send again' }));
  expect(await screen.findByText('It is sent again')).toBeTruthy();
  expect(api.webhooks.deliveries.filter(({ state }) => state === 'failed')).toHaveLength(0);
});

test('a test is sent, and what became of it is shown', async () => {
  const { user } = openHooks(`?webhook=01920e5c-0012-7000-8000-000000000000`);
  await user.click(await screen.findByRole('button', { name: 'Send a test' }));
  expect(await screen.findByRole('heading', { name: 'webhook.ping' })).toBeTruthy();
  expect(await screen.findAllByTestId('attempt')).toHaveLength(1);
});

test('one that was switched off says why, and is switched on', async () => {
  const { api, user } = openHooks(`?webhook=01920e5c-0012-7000-8000-000000000002`);
  expect(await screen.findByText(/after a day without an answer/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Send failed again' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Switch on' }));
  await waitFor(() => expect(api.webhooks.items.at(-1)?.enabled).toBe(true));
  await waitFor(() => expect(screen.queryByText(/after a day without an answer/)).toBeNull());
});

test('a new secret is shown once, and the old one signs for as long as was said', async () => {
  const { api, user } = openHooks(`?webhook=01920e5c-0012-7000-8000-000000000000`);
  await user.click(await screen.findByRole('button', { name: 'Settings' }));
  await user.selectOptions(screen.getByLabelText('The present secret signs as well'), '72');
  await user.click(screen.getByRole('button', { name: 'Make a new secret' }));
  expect((await screen.findByTestId('secret')).textContent).toMatch(/^whsec_/);
  expect(api.calls.find(({ path }) => path.endsWith('/secret'))?.body).toEqual({ overlap_hours: 72 });
});

test('a webhook that somebody else changed is not overwritten unseen', async () => {
  const { api, user } = openHooks(`?webhook=01920e5c-0012-7000-8000-000000000000`);
  await user.click(await screen.findByRole('button', { name: 'Settings' }));
  const [first] = api.webhooks.items;
  if (first)
    api.webhooks.items = [{ ...first, description: 'Theirs', version: 2 }, ...api.webhooks.items.slice(1)];
  await user.type(screen.getByLabelText(/What it is for/), ' mine');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await user.click(await screen.findByRole('button', { name: 'Show theirs' }));
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/What it is for/).value).toBe('Theirs'));
});

test('a deletion can be undone', async () => {
  const { api, user } = openHooks();
  await user.click(await screen.findByRole('button', { name: 'Actions for Warehouse' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  await waitFor(() => expect(screen.getAllByTestId('webhook')).toHaveLength(2));
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  await waitFor(() => expect(screen.getAllByTestId('webhook')).toHaveLength(3));
  flushUndo();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});

test('whoever may not manage webhooks is told so', async () => {
  const { api } = openHooks();
  api.before = (_, path) =>
    path.endsWith('/webhooks')
      ? new Refusal(403, 'permission.missing', 'This needs webhooks.manage.')
      : undefined;
  expect(await screen.findByText('This is not open to you')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'New webhook' })).toBeNull();
});
