import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const path = `/a/${account}/contacts`;

beforeAll(loadScreens);

const heads = () =>
  screen.getAllByRole('columnheader').flatMap(({ textContent }) => (textContent ? [textContent] : []));
const menu = async (user: ReturnType<typeof openApp>['user'], name: string) => {
  await user.click(screen.getByRole('button', { name: 'What to do with the view' }));
  await user.click(await screen.findByRole('menuitem', { name }));
};

test('a view shows its contacts with its columns, and its address is its own', async () => {
  const api = new FakeApi({ contacts: 12 });
  const { user, router } = openApp(path, api);
  await user.click(await screen.findByRole('button', { name: /VIPs/ }));
  await waitFor(() => expect(heads()).toEqual(['Name', 'Phone', 'Tags']));
  await waitFor(() => expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('5'));
  expect(router.state.location.search).toEqual({ view: api.views.items[0]?.id });
});

test('what is changed in a view is saved when one says so', async () => {
  const api = new FakeApi({ contacts: 12 });
  const view = api.views.items[0];
  const { user, router } = openApp(`${path}?view=${view?.id}`, api);
  await user.click(await screen.findByRole('button', { name: 'Name' }));
  const views = screen.getByRole('navigation', { name: 'Views' });
  expect(await within(views).findByRole('img', { name: 'changed' })).toBeTruthy();
  await menu(user, 'Save the changes');
  await waitFor(() => expect(api.views.items[0]).toMatchObject({ sort: '-name', version: 2 }));
  await waitFor(() => expect(within(views).queryByRole('img', { name: 'changed' })).toBeNull());
  expect(router.state.location.search).toEqual({ view: view?.id });
});

test('a view is made of what is shown', async () => {
  const api = new FakeApi({ contacts: 12 });
  const filter = { field: 'tags', op: 'any_of', value: ['recall'] };
  const { user, router } = openApp(`${path}?filter=${encodeURIComponent(JSON.stringify(filter))}`, api);
  await screen.findByRole('grid');
  await menu(user, 'Save as a new view…');
  await user.type(await screen.findByLabelText('Name'), 'Recalls{Enter}');
  expect(await screen.findByRole('button', { name: 'Recalls' })).toBeTruthy();
  expect(api.views.items.at(-1)).toMatchObject({
    name: 'Recalls',
    filter,
    sort: '-created_at',
    shared: false,
  });
  expect(router.state.location.search).toEqual({ view: api.views.items.at(-1)?.id });
});

test('a deleted view is back after Undo, and nothing was deleted', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`${path}?view=${api.views.items[1]?.id}`, api);
  await screen.findByRole('button', { name: 'Born soon' });
  await menu(user, 'Delete');
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Born soon' })).toBeNull());
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByRole('button', { name: 'Born soon' })).toBeTruthy();
  flushUndo();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});
