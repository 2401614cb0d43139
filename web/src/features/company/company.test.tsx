import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { clashes, emptyCompany, patchOf } from './form';

beforeAll(loadScreens);

function reader(api: FakeApi): FakeApi {
  api.before = (_, path) =>
    path === '/session' ? sessionOf(['contacts.read', 'conversations.read']) : undefined;
  return api;
}

async function opened(search = '') {
  const api = new FakeApi({ contacts: 6 });
  const app = openApp(`/a/${account}/companies${search}`, api);
  await screen.findAllByTestId('company');
  return { api, ...app };
}

test('an edit sends the fields that differ; an empty one is emptied', () => {
  const base = { ...emptyCompany, name: 'Rossi', city: 'Wien', tags: ['partner'] };
  expect(patchOf(base, { ...base, city: '', tags: [] })).toEqual({ city: null, tags: [] });
});

test('two people clash where both changed a field, to different values', () => {
  const base = { ...emptyCompany, name: 'Rossi', city: 'Wien' };
  const found = clashes(base, { ...base, name: 'Rossi AG', city: 'Graz' }, { ...base, name: 'Rossi Ltd' });
  expect(found).toEqual([{ field: 'name', label: 'Name', theirs: 'Rossi AG', mine: 'Rossi Ltd' }]);
});

test('a company is made, and opens with who belongs to it', async () => {
  const { api, user, router } = await opened();
  await user.click(screen.getByRole('button', { name: 'New company' }));
  await user.click(await screen.findByRole('button', { name: 'Create company' }));
  expect(await screen.findByText('A company has a name.')).toBeTruthy();
  await user.type(screen.getByLabelText('Name'), 'Bluebird Bakery');
  await user.type(screen.getByLabelText('Domain'), 'bluebird.example');
  await user.selectOptions(await screen.findByLabelText('Tier (required)'), 'gold');
  await user.click(screen.getByRole('button', { name: 'Create company' }));
  await screen.findByRole('heading', { name: 'Bluebird Bakery' });
  const made = api.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/companies'));
  expect(made?.body).toEqual({
    name: 'Bluebird Bakery',
    domain: 'bluebird.example',
    custom: { tier: 'gold' },
  });
  expect(made?.headers.get('idempotency-key')).toBeTruthy();
  expect(router.state.location.search).toMatchObject({ company: api.companies.items[0]?.id });
});

test('a taken domain leads to the company that has it', async () => {
  const { api, user } = await opened('?company=new');
  await user.type(await screen.findByLabelText('Name'), 'Rossi again');
  await user.type(screen.getByLabelText('Domain'), api.companies.items[0]?.domain ?? '');
  await user.selectOptions(await screen.findByLabelText('Tier (required)'), 'gold');
  await user.click(screen.getByRole('button', { name: 'Create company' }));
  await user.click(await screen.findByRole('button', { name: 'Open it' }));
  expect(await screen.findByRole('heading', { name: 'Rossi Flowers' })).toBeTruthy();
});

test('what somebody else changed meanwhile is shown before it is overwritten', async () => {
  const { api, user } = await opened('?company=01920e5c-0011-7000-8000-000000000000');
  const name = await screen.findByLabelText('Name');
  const [first] = api.companies.items;
  if (first) api.companies.items[0] = { ...first, name: 'Rossi & Sons', version: 2 };
  await user.clear(name);
  await user.type(name, 'Rossi Florists');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/theirs “Rossi & Sons”, yours “Rossi Florists”/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Save mine over theirs' }));
  await waitFor(() => expect(api.companies.items[0]?.name).toBe('Rossi Florists'));
});

test('a deletion can be undone, and is done when nobody does', async () => {
  const { api, user } = await opened('?company=01920e5c-0011-7000-8000-000000000000');
  await user.click(await screen.findByRole('button', { name: 'Delete company' }));
  await waitFor(() => expect(screen.queryByText('Rossi Flowers')).toBeNull());
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  expect(await screen.findByText('Rossi Flowers')).toBeTruthy();
  await user.click(screen.getByText('Rossi Flowers'));
  await user.click(await screen.findByRole('button', { name: 'Delete company' }));
  flushUndo();
  await waitFor(() => expect(api.companies.items[0]?.name).not.toBe('Rossi Flowers'));
});

test('somebody is added to a company and taken out, and nothing else of them changes', async () => {
  const { api, user } = await opened('?company=01920e5c-0011-7000-8000-000000000001');
  await user.click(await screen.findByRole('button', { name: 'People' }));
  await screen.findByText('Nobody here yet');
  const contact = api.contacts[0];
  await user.type(screen.getByLabelText('Add somebody'), contact?.first_name ?? '');
  const found = new RegExp(`^${contact?.name}`);
  await user.click((await screen.findAllByRole('button', { name: found }))[0] as HTMLElement);
  const row = await screen.findByTestId('company-contact');
  const sent = () =>
    api.calls.filter(({ method, path }) => method === 'PATCH' && path.includes('/contacts/'));
  expect(sent().at(-1)?.body).toEqual({ company_id: '01920e5c-0011-7000-8000-000000000001' });
  await user.click(within(row).getByRole('button', { name: `Take ${contact?.name} out` }));
  flushUndo();
  await waitFor(() => expect(sent().at(-1)?.body).toEqual({ company_id: null }));
});

test('a note is written about a company', async () => {
  const { api, user } = await opened('?company=01920e5c-0011-7000-8000-000000000001');
  await user.click(await screen.findByRole('button', { name: 'Notes' }));
  await user.type(await screen.findByLabelText('New note'), 'Pays late.');
  await user.click(screen.getByRole('button', { name: 'Add note' }));
  expect(await screen.findByText('Pays late.')).toBeTruthy();
  await waitFor(() =>
    expect(api.records.notes.at(-1)?.company_id).toBe('01920e5c-0011-7000-8000-000000000001'),
  );
});

test('the list is searched, and walked and opened by keys', async () => {
  const { user, router } = await opened();
  await user.type(screen.getByLabelText('Search companies'), 'harbor');
  await waitFor(() => expect(screen.getAllByTestId('company')).toHaveLength(1));
  (document.activeElement as HTMLElement).blur();
  await user.keyboard('j{Enter}');
  await screen.findByRole('heading', { name: 'Harbor Yoga' });
  expect(router.state.location.search).toMatchObject({ q: 'harbor' });
});

test('who may only read sees a company and no way to change it', async () => {
  const api = reader(new FakeApi({ contacts: 6 }));
  const { user } = openApp(`/a/${account}/companies?company=01920e5c-0011-7000-8000-000000000000`, api);
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByText('rossiflowers.example')).toBeTruthy();
  for (const name of ['Save', 'Delete company', 'New company'])
    expect(screen.queryByRole('button', { name })).toBeNull();
  await user.click(panel.getByRole('button', { name: 'People' }));
  await panel.findAllByTestId('company-contact');
  expect(panel.queryByLabelText('Add somebody')).toBeNull();
  expect(panel.queryByRole('button', { name: /^Take / })).toBeNull();
});

test('whoever may not look is told so', async () => {
  const api = new FakeApi({ contacts: 6 });
  api.before = (_, path) =>
    path.endsWith('/companies')
      ? new Refusal(403, 'permission.missing', 'This needs contacts.read.')
      : undefined;
  openApp(`/a/${account}/companies`, api);
  expect(await screen.findByText('This is not open to you')).toBeTruthy();
});

test('what happened to a company and to its contacts is told, with the way to the contact', async () => {
  const { user, router } = await opened('?company=01920e5c-0011-7000-8000-000000000000');
  await user.click(await screen.findByRole('button', { name: 'Activity' }));
  const all = await screen.findAllByTestId('happened');
  expect(all.map((one) => one.querySelector('p')?.textContent)).toEqual([
    expect.stringContaining('Dana Whitfield changed city, tags'),
    expect.stringContaining('Dana Whitfield wrote a note · Maria Lopez'),
    expect.stringContaining('Dana Whitfield added a contact · Kwame Mensah'),
    expect.stringContaining(
      'Dana Whitfield moved a contact to Donaudampfschifffahrtsgesellschaft Wien · Ana Silva',
    ),
    expect.stringContaining('Dana Whitfield added a file'),
    expect.stringContaining('Dana Whitfield added the company'),
  ]);
  await user.selectOptions(screen.getByLabelText('What to see of the activity'), 'Changes of its contacts');
  await waitFor(() => expect(screen.getAllByTestId('happened')).toHaveLength(2));
  await user.click(screen.getByRole('link', { name: 'Kwame Mensah' }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ contact: expect.any(String) }));
});
