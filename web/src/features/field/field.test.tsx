import { screen, waitFor } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { draftOf, readRules, rulesText } from './rules';
import { byFolder, fromLocal, moneyAmount, moneyText, numberValue, toLocal } from './value';

beforeAll(loadScreens);

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
  await user.click(await screen.findByRole('button', { name: 'New field' }));
  await user.type(screen.getByLabelText('Name'), 'Size');
  await user.selectOptions(screen.getByLabelText('Kind'), 'select');
  await user.click(screen.getByRole('button', { name: 'Another choice' }));
  await user.type(screen.getByLabelText('Choice 1'), 'Small');
  await user.selectOptions(screen.getByLabelText('Folder'), 'Care');
  await user.click(screen.getByLabelText('Required'));
  await user.click(screen.getByRole('button', { name: 'Create field' }));
  const more = await screen.findByRole('button', { name: 'More for Size' });
  expect(api.fields.fields.at(-1)).toMatchObject({
    name: 'Size',
    kind: 'select',
    options: [{ key: 'small', label: 'Small' }],
    required: true,
    object: 'contact',
  });

  await user.click(more);
  await user.click(await screen.findByRole('menuitem', { name: 'Archive' }));
  await waitFor(() => expect(screen.queryByText('Size')).toBeNull());
  expect(api.fields.fields.at(-1)?.archived_at).toBeNull();
  flushUndo();
  await waitFor(() => expect(api.fields.fields.at(-1)?.archived_at).toBeTruthy());
});

test('a field moves up, and its neighbour takes its place', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields`, api);
  await user.click(await screen.findByRole('button', { name: 'More for Treatments' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Move up' }));
  const names = () =>
    api.fields.fields.filter(({ position }) => position <= 30).sort((a, b) => a.position - b.position);
  await waitFor(() =>
    expect(names().map(({ name }) => name)).toEqual(['Customer number', 'Treatments', 'Plan']),
  );
});

test('who may not manage fields sees them and can change none', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, path) =>
    path === '/session' ? sessionOf(['contacts.read', 'conversations.read']) : undefined;
  openApp(`/a/${account}/settings/fields`, api);
  await screen.findByText('Customer number');
  expect(screen.queryByRole('button', { name: 'New field' })).toBeNull();
  expect(screen.queryByRole('button', { name: /More for/ })).toBeNull();
});

test('rules are read as their kind has them, and said in words', () => {
  const draft = draftOf({ currencies: ['JPY'], min: 100 }, 'money');
  expect(draft.min).toBe('100');
  expect(readRules({ ...draft, max: '2500' }, 'money').rules).toEqual({
    currencies: ['JPY'],
    min: 100,
    max: 2500,
  });
  expect(readRules({ ...draft, min_length: 'two', pattern: ' [A-Z]+ ' }, 'text')).toEqual({
    rules: { pattern: '[A-Z]+' },
    faults: { min_length: 'Write a whole number.' },
  });
  expect(rulesText({ kind: 'text', rules: { max_length: 40, pattern: '[A-Z]+' } })).toBe(
    'up to 40 characters · like [A-Z]+',
  );
});

test('the rules of a field are changed, and a refusal stands beside its rule', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields`, api);
  await user.click(await screen.findByRole('button', { name: 'More for Customer number' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Edit' }));
  await user.type(await screen.findByLabelText(/Pattern/), '[[A-Z');
  await user.type(screen.getByLabelText(/Characters at most/), '8');
  api.before = (request) =>
    request.method === 'PATCH'
      ? new Refusal(422, 'field.invalid', 'Mend the fields.', {
          errors: [{ path: 'rules.pattern', message: 'This is no regular expression.' }],
        })
      : undefined;
  await user.click(screen.getByRole('button', { name: 'Save field' }));
  const said = await screen.findByText('This is no regular expression.');
  expect(screen.getByLabelText(/Pattern/).getAttribute('aria-describedby')).toBe(said.id);

  api.before = () => undefined;
  await user.clear(screen.getByLabelText(/Pattern/));
  await user.type(screen.getByLabelText(/Pattern/), '[[A-Z]{{2}');
  await user.click(screen.getByRole('button', { name: 'Save field' }));
  expect(await screen.findByText(/up to 8 characters · like \[A-Z\]\{2\}/)).toBeTruthy();
  expect(api.fields.fields.find(({ key }) => key === 'customer_number')?.rules).toEqual({
    pattern: '[A-Z]{2}',
    max_length: 8,
  });
});

test('a company’s field can be unique, and is not made fast to search, since companies are few', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields?object=company`, api);
  await user.click(await screen.findByRole('button', { name: 'New field' }));
  expect(screen.getByLabelText('Unique')).toBeTruthy();
  expect(screen.queryByLabelText('Fast to search')).toBeNull();
});

test('a folder moves down by its menu, and its fields with it', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/settings/fields`, api);
  (await screen.findByRole('button', { name: 'More for the folder Care' })).focus();
  await user.keyboard('{Enter}');
  await screen.findByRole('menuitem', { name: 'Move down' });
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => {
    const folders = screen.getAllByRole('heading', { name: /^(Care|Papers)$/ });
    expect(folders.map(({ textContent }) => textContent)).toEqual(['Papers', 'Care']);
  });
});
