import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import type { Contact } from '@/lib/api';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { FakeEventSource } from '@/testing/fake-event-source';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const path = `/a/${account}/contacts`;
const filterOf = (tree: object) => `${path}?filter=${encodeURIComponent(JSON.stringify(tree))}`;

beforeAll(loadScreens);

const maria = /Maria Lopez(?! \d)/;
const row = (name: RegExp) => screen.findByRole('row', { name });
const calls = (api: FakeApi, end: string) => api.calls.filter((call) => call.path.endsWith(end));

test('a million rows: only those in sight are on the page, and the last one is one key away', async () => {
  const api = new FakeApi({ rows: 1_000_000 });
  openApp(path, api);
  await screen.findByText('Maria Lopez');
  const grid = screen.getByTestId('contact-table');
  await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('1000001'));
  grid.focus();
  fireEvent.keyDown(grid, { key: 'End' });
  expect(await screen.findByText('Zoë O’Connor 100000')).toBeTruthy();
  expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(60);
  expect(calls(api, '/query').at(-1)?.body).toMatchObject({ at_row: 999_900, limit: 100 });
  // Somewhere in between, as the thumb gets there.
  grid.scrollTop = 7_000_000;
  fireEvent.scroll(grid);
  await waitFor(() => expect(calls(api, '/query').map(({ body }) => body.at_row)).toContain(466_600));
  fireEvent.keyDown(grid, { key: 'Home' });
  expect(await screen.findByText('Maria Lopez')).toBeTruthy();
});

test('a cell is changed from the keyboard, Tab goes on, and both changes are kept one after the other', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(maria);
  await user.keyboard('j');
  await user.keyboard('{ArrowRight}{Enter}');
  const phone = await screen.findByRole('textbox', { name: 'Phone' });
  await user.clear(phone);
  await user.type(phone, '+14155559999{Tab}');
  const email = await screen.findByRole('textbox', { name: 'E-mail' });
  await user.clear(email);
  await user.type(email, 'maria@new.example{Enter}');
  expect(within(await row(maria)).getByText('maria@new.example')).toBeTruthy();
  await waitFor(() =>
    expect(api.contacts[0]).toMatchObject({
      phone: '+14155559999',
      email: 'maria@new.example',
      version: 3,
    }),
  );
  const patches = api.calls.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ headers }) => headers.get('if-match'))).toEqual(['"1"', '"2"']);
});

test('Escape leaves a cell as it was', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(maria);
  await user.keyboard('j');
  await user.keyboard('{ArrowRight}{Enter}');
  await user.type(await screen.findByRole('textbox', { name: 'Phone' }), '999{Escape}');
  expect(within(await row(maria)).getByText('+1 (415) 555-1000')).toBeTruthy();
  expect(api.calls.some(({ method }) => method === 'PATCH')).toBe(false);
});

test('a cell that somebody else changed meanwhile: both values are shown, and mine can still win', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(maria);
  api.contacts = api.contacts.map((one, i) =>
    i ? one : { ...one, email: 'theirs@example.com', version: 2 },
  );
  await user.keyboard('j');
  await user.keyboard('{ArrowRight}{ArrowRight}{Enter}');
  const email = await screen.findByRole('textbox', { name: 'E-mail' });
  await user.clear(email);
  await user.type(email, 'mine@example.com{Enter}');
  expect(await screen.findByText(/theirs “theirs@example.com”, yours “mine@example.com”/)).toBeTruthy();
  expect(api.contacts[0]?.email).toBe('theirs@example.com');
  await user.click(screen.getByRole('button', { name: 'Save mine over theirs' }));
  await waitFor(() => expect(api.contacts[0]).toMatchObject({ email: 'mine@example.com', version: 3 }));
});

test('a change of another cell by somebody else is no conflict', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(path, api);
  await row(maria);
  api.contacts = api.contacts.map((one, i) => (i ? one : { ...one, source: 'web', version: 2 }));
  await user.keyboard('j');
  await user.keyboard('{ArrowRight}{ArrowRight}{Enter}');
  const email = await screen.findByRole('textbox', { name: 'E-mail' });
  await user.clear(email);
  await user.type(email, 'mine@example.com{Enter}');
  await waitFor(() => expect(api.contacts[0]).toMatchObject({ email: 'mine@example.com', source: 'web' }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('what the server refuses is put back, and the cell opens again with the reason', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (request) =>
    request.method === 'PATCH'
      ? new Refusal(422, 'contact.invalid', 'No.', {
          errors: [{ path: 'email', message: 'This address can’t be written to.' }],
        })
      : undefined;
  const { user } = openApp(path, api);
  await row(maria);
  await user.keyboard('j');
  await user.keyboard('{ArrowRight}{ArrowRight}{Enter}');
  const email = await screen.findByRole('textbox', { name: 'E-mail' });
  await user.clear(email);
  await user.type(email, 'nobody@nowhere{Enter}');
  expect(await screen.findByText('This address can’t be written to.')).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'E-mail' }).value).toBe('nobody@nowhere');
  await user.keyboard('{Escape}');
  expect(within(await row(maria)).getByText('maria0@example.com')).toBeTruthy();
});

test('a filter is built, counted as it is built, and stands in the address', async () => {
  const api = new FakeApi({ contacts: 60 });
  const { user, router } = openApp(path, api);
  await row(maria);
  await user.keyboard('f');
  await user.click(await screen.findByRole('button', { name: 'Condition' }));
  await user.type(screen.getByRole('combobox', { name: 'Add a condition' }), 'first n{Enter}');
  await user.selectOptions(screen.getByLabelText('First name: operator'), 'starts_with');
  // Typed in no time, so that no pause of a busy machine stands between two letters.
  for (const value of ['M', 'Ma', 'Mar'])
    fireEvent.change(screen.getByLabelText('First name: value'), { target: { value } });
  const region = screen.getByRole('region', { name: 'Filter' });
  expect(await within(region).findByText('6 contacts')).toBeTruthy();
  expect(within(region).getByRole('status').textContent).toContain('first name starts with “Mar”');
  expect(router.state.location.search).toMatchObject({
    filter: { field: 'first_name', op: 'starts_with', value: 'Mar' },
  });
  await waitFor(() => expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('7'));
  // Typing asked once it had paused, not for each letter.
  expect(calls(api, '/count').map(({ body }) => body.filter)).not.toContainEqual(
    expect.objectContaining({ value: 'M' }),
  );
});

test('a filter asks about the company: a choice where there is one, a part of a word typed', async () => {
  const api = new FakeApi({ contacts: 6 });
  const { user, router } = openApp(path, api);
  await row(maria);
  await user.keyboard('f');
  await user.click(await screen.findByRole('button', { name: 'Condition' }));
  const own = within(screen.getByRole('group', { name: 'Their company' }));
  await user.click(own.getByRole('option', { name: 'Company’s country' }));
  await user.selectOptions(screen.getByLabelText('Company’s country: operator'), 'is');
  await user.selectOptions(screen.getByLabelText('Company’s country: value'), 'Austria');
  await waitFor(() =>
    expect(router.state.location.search).toMatchObject({
      filter: { field: 'company.country', op: 'is', value: 'AT' },
    }),
  );
  await user.selectOptions(screen.getByLabelText('Company’s country: operator'), 'starts_with');
  expect(screen.getByLabelText('Company’s country: value').tagName).toBe('INPUT');
});

test('what is wrong with a filter is said at the condition', async () => {
  const wrong = {
    and: [
      { field: 'tags', op: 'any_of', value: ['vip'] },
      { field: 'score', op: 'is', value: 9e9 },
    ],
  };
  const { user } = openApp(filterOf(wrong), new FakeApi({ contacts: 3 }));
  await screen.findByRole('heading', { name: /Contacts/ });
  await user.keyboard('f');
  const value = await screen.findByRole('spinbutton', { name: 'Score: value' });
  await waitFor(() => expect(value.getAttribute('aria-invalid')).toBe('true'));
  expect(screen.getByText('Give a number of at most 30 digits.').id).toBe(
    value.getAttribute('aria-describedby'),
  );
});

test('why a contact is in the list: each part of the filter, and whether it holds', async () => {
  const tree = {
    or: [
      { field: 'first_name', op: 'is', value: 'Maria' },
      { field: 'tags', op: 'any_of', value: ['vip'] },
    ],
  };
  const { user } = openApp(filterOf(tree), new FakeApi({ contacts: 3 }));
  await user.click(await screen.findByRole('button', { name: 'Why is Maria Lopez in this list?' }));
  const parts = await within(await screen.findByRole('dialog')).findAllByRole('listitem');
  expect(
    parts.map((part) => [part.textContent, within(part).getByRole('img').getAttribute('aria-label')]),
  ).toEqual([
    ['Any of these', 'holds'],
    ['first name is “Maria”', 'holds'],
    ['tags any of “vip”', 'does not hold'],
  ]);
});

test('all that match are selected by what the list asks, not by what is loaded', async () => {
  const { user } = openApp(path, new FakeApi({ rows: 1_000_000 }));
  await row(maria);
  await user.keyboard('j');
  await user.keyboard('x');
  expect(await screen.findByText('1 selected')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Select all 1,000,000' }));
  expect(await screen.findByText('All 1,000,000 contacts selected')).toBeTruthy();
  await user.keyboard('x');
  expect(await screen.findByText('999,999 selected')).toBeTruthy();
});

test('columns are chosen and put in order, and stay so', async () => {
  const { user } = openApp(path, new FakeApi({ contacts: 3 }));
  await row(maria);
  await user.click(screen.getByRole('button', { name: 'Columns' }));
  await user.click(await screen.findByRole('checkbox', { name: 'Plan' }));
  await user.click(screen.getByRole('checkbox', { name: 'Tags' }));
  await user.click(screen.getByRole('button', { name: 'Plan: further to the front' }));
  await user.keyboard('{Escape}');
  const heads = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
  expect(heads()).toEqual(['', 'Name', 'Phone', 'E-mail', 'Owner', 'Plan', 'Created']);
  openApp(path, new FakeApi({ contacts: 3 }));
  await waitFor(() => expect(heads().filter((title) => title === 'Plan')).toHaveLength(2));
});

test('columns show what the contact’s company has, and stay right when the contact moves to another', async () => {
  const api = new FakeApi({ contacts: 3 });
  const [rossi, vienna] = api.companies.items;
  api.contacts = api.contacts.map((one, n) => (n === 0 ? { ...one, company_id: rossi?.id ?? '' } : one));
  const { user } = openApp(path, api);
  await row(maria);
  expect(calls(api, '/query').at(-1)?.body).not.toHaveProperty('expand');
  await user.click(screen.getByRole('button', { name: 'Columns' }));
  await user.click(await screen.findByRole('checkbox', { name: 'Company’s name' }));
  await user.click(screen.getByRole('checkbox', { name: 'Company’s Tier' }));
  await user.keyboard('{Escape}');
  expect(await within(await row(maria)).findByText('Rossi Flowers')).toBeTruthy();
  expect(within(await row(maria)).getByText('Gold')).toBeTruthy();
  expect(calls(api, '/query').at(-1)?.body).toMatchObject({ expand: ['company'] });
  await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
  FakeEventSource.latest.open();
  // A change of the contact that leaves the company leaves the column.
  const who = api.contacts[0] as Contact;
  const tell = (n: number, before: Partial<Contact>, after: Partial<Contact>) => {
    api.contacts = api.contacts.map((one) => (one.id === who.id ? { ...one, ...after } : one));
    FakeEventSource.latest.say(n, 'contact.updated', { subject_id: who.id, payload: { before, after } });
  };
  tell(1, { source: '', version: 1 }, { source: 'fair', version: 2 });
  expect(within(await row(maria)).getByText('Rossi Flowers')).toBeTruthy();
  tell(2, { company_id: who.company_id, version: 2 }, { company_id: vienna?.id ?? '', version: 3 });
  expect(await within(await row(maria)).findByText(/^Donaudampf/)).toBeTruthy();
});
