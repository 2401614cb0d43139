import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi } from '@/testing/fake-api';
import { sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { byFolder, fromLocal, moneyAmount, moneyText, numberValue, toLocal } from './value';

const slow = { timeout: 8000 };

beforeAll(loadScreens, 120_000);

test('money is whole minor units, as many as its currency has', () => {
  expect([moneyAmount('12,50', 'USD'), moneyAmount('1250', 'JPY'), moneyAmount('x', 'USD')]).toEqual([
    1250,
    1250,
    null,
  ]);
  expect([
    moneyText({ amount: 1250, currency: 'USD' }),
    moneyText({ amount: 1250, currency: 'JPY' }),
  ]).toEqual(['12.50', '1250']);
});

test('what is no number stays as it was typed, for the server to refuse', () => {
  expect([numberValue('1,5'), numberValue(' '), numberValue('many')]).toEqual([1.5, null, 'many']);
});

test('an instant survives the reader’s clock', () => {
  expect(fromLocal(toLocal('2026-03-01T12:30:00Z'))).toBe('2026-03-01T12:30:00.000Z');
});

test('fields of a folder that is gone stand without one', () => {
  const { fields, folders } = new FakeApi().fields;
  const groups = byFolder(
    fields.filter(({ object }) => object === 'contact'),
    folders.slice(0, 1),
  );
  expect(groups.map(({ name, fields: of }) => [name, of.length])).toEqual([
    ['', 8],
    ['Care', 6],
  ]);
});

test('a field with choices is made, and archived with a way back', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields`, api);
  await user.click(await screen.findByRole('button', { name: 'New field' }, slow));
  await user.type(screen.getByLabelText('Name'), 'Size');
  await user.selectOptions(screen.getByLabelText('Kind'), 'select');
  await user.click(screen.getByRole('button', { name: 'Another choice' }));
  await user.type(screen.getByLabelText('Choice 1'), 'Small');
  await user.selectOptions(screen.getByLabelText('Folder'), 'Care');
  await user.click(screen.getByLabelText('Required'));
  await user.click(screen.getByRole('button', { name: 'Create field' }));
  const row = (await screen.findByText('Size', {}, slow)).closest('li') as HTMLElement;
  expect(api.fields.fields.at(-1)).toMatchObject({
    name: 'Size',
    kind: 'select',
    options: [{ key: 'small', label: 'Small' }],
    required: true,
    object: 'contact',
  });

  await user.click(within(row).getByRole('button', { name: 'More for Size' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Archive' }, slow));
  await waitFor(() => expect(screen.queryByText('Size')).toBeNull(), slow);
  expect(api.fields.fields.at(-1)?.archived_at).toBeNull();
  flushUndo();
  await waitFor(() => expect(api.fields.fields.at(-1)?.archived_at).toBeTruthy(), slow);
}, 20_000);

test('a field moves up, and its neighbour takes its place', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields`, api);
  await user.click(await screen.findByRole('button', { name: 'More for Treatments' }, slow));
  await user.click(await screen.findByRole('menuitem', { name: 'Move up' }, slow));
  const names = () =>
    api.fields.fields.filter(({ position }) => position <= 30).sort((a, b) => a.position - b.position);
  await waitFor(
    () => expect(names().map(({ name }) => name)).toEqual(['Customer number', 'Treatments', 'Plan']),
    slow,
  );
}, 20_000);

test('who may not manage fields sees them and can change none', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, path) =>
    path === '/session' ? sessionOf(['contacts.read', 'conversations.read']) : undefined;
  openApp(`/a/${account}/settings/fields`, api);
  await screen.findByText('Customer number', {}, slow);
  expect(screen.queryByRole('button', { name: 'New field' })).toBeNull();
  expect(screen.queryByRole('button', { name: /More for/ })).toBeNull();
}, 20_000);
