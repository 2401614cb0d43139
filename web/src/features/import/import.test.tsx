import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const csv = 'First Name,Email,Shoe\nMaria,maria@rossi.example,38\nJames,james@obrien.example,44\nPaul,,41\n';

beforeAll(loadScreens);

async function uploaded() {
  const api = new FakeApi({ contacts: 3 });
  const { user, router } = openApp(`/a/${account}/imports`, api);
  const file = new File([csv], 'spring.csv', { type: 'text/csv' });
  await user.upload(await screen.findByLabelText('CSV file'), file);
  await screen.findByRole('heading', { name: 'What the columns mean' });
  return { api, user, router };
}

test('a file is mapped, tried and imported, and its failed rows can be had as a file', async () => {
  const { api, user } = await uploaded();
  const sent = api.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/imports'));
  expect(sent?.headers.get('idempotency-key')).toBeTruthy();
  expect(screen.getByLabelText<HTMLSelectElement>('What “Email” means').value).toBe('email');

  await user.selectOptions(screen.getByLabelText('What “Shoe” means'), 'job_title');
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  await screen.findByRole('heading', { name: 'What would happen' });
  expect(screen.getByText('phone: That is no number that can be called.')).toBeTruthy();
  expect(api.imports.items[0]?.state).toBe('ready');

  await user.click(screen.getByRole('button', { name: 'Import 3 rows' }));
  await screen.findByRole('heading', { name: 'All rows are through' });
  const start = api.calls.find(({ path }) => path.endsWith('/start'));
  expect(start?.body.fields).toEqual(['first_name', 'email', 'job_title']);
  expect(start?.headers.get('if-match')).toBe('"1"');
  const link = screen.getByRole<HTMLAnchorElement>('link', { name: 'Download 1 failed row' });
  expect(link.getAttribute('href')).toMatch(/\/imports\/[^/]+\/errors$/);
});

test('a change after the try asks for another try', async () => {
  const { user } = await uploaded();
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  await screen.findByRole('button', { name: 'Import 3 rows' });
  await user.selectOptions(screen.getByLabelText('And then'), 'fill');
  expect(screen.queryByRole('button', { name: 'Import 3 rows' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Try it out' })).toBeTruthy();
});

test('consent is whole or not said at all', async () => {
  const { api, user } = await uploaded();
  await user.click(screen.getByLabelText('All of them agreed, in the same way'));
  await user.type(screen.getByLabelText('To what they agreed'), 'Offers by text');
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  expect(await screen.findByText(/Say to what they agreed, where, and when/)).toBeTruthy();
  expect(api.calls.some(({ path }) => path.endsWith('/preview'))).toBe(false);

  await user.type(screen.getByLabelText('Where they agreed'), 'Fair');
  await user.type(screen.getByLabelText('When they agreed'), '2026-03-01');
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  await screen.findByRole('heading', { name: 'What would happen' });
  expect(api.calls.find(({ path }) => path.endsWith('/preview'))?.body.consent).toEqual({
    text: 'Offers by text',
    source: 'Fair',
    at: '2026-03-01T00:00:00Z',
  });
});

test('people are found by a unique field of one’s own, and by what a column means alone', async () => {
  const { api, user } = await uploaded();
  const rule = () => screen.getByLabelText<HTMLSelectElement>('Somebody is the same person by');
  const labels = () => [...rule().options].map(({ label }) => label);
  // No column is a phone, so nobody is found by one.
  expect(labels()).toEqual(['Same e-mail', 'Nobody: every row is somebody new']);
  await user.selectOptions(screen.getByLabelText('What “Shoe” means'), 'custom.customer_number');
  await waitFor(() => expect(labels()).toContain('Same Customer number, or else same e-mail'));
  await user.selectOptions(rule(), 'Same Customer number, or else same e-mail');
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  await screen.findByRole('heading', { name: 'What would happen' });
  const tried = () => api.calls.findLast(({ path }) => path.endsWith('/preview'))?.body.match;
  expect(tried()).toEqual(['custom.customer_number', 'email']);
  await user.selectOptions(screen.getByLabelText('What “Shoe” means'), '');
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  await waitFor(() => expect(tried()).toEqual(['email']));
});

test('letters that are in doubt are said to be, and another choice shows the file anew', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/imports`, api);
  const file = new File(['First Name;Email\nMźller;m@x.example\nPaul;p@x.example\n'], 'mac.csv');
  await user.upload(await screen.findByLabelText('CSV file'), file);
  expect(await screen.findByText(/could be meant in several ways/)).toBeTruthy();
  await user.type(screen.getByLabelText(/^Source/), 'club');

  await user.selectOptions(screen.getByLabelText('Letters'), 'Mac Roman');
  expect(await screen.findByRole('cell', { name: 'Müller' })).toBeTruthy();
  expect(screen.queryByText(/could be meant in several ways/)).toBeNull();
  const sent = api.calls.find(({ method }) => method === 'PATCH');
  expect(sent?.body).toEqual({ encoding: 'macintosh' });
  expect(sent?.headers.get('if-match')).toBe('"1"');
  // The columns are the same, so what was said of them stays.
  expect(screen.getByLabelText<HTMLSelectElement>('What “Email” means').value).toBe('email');

  await user.selectOptions(screen.getByLabelText('Columns are parted by'), 'Commas');
  expect(await screen.findByLabelText('What “Column 1” means')).toBeTruthy();
  expect(screen.queryByLabelText('What “Email” means')).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>(/^Source/).value).toBe('club');
});

test('a choice in which the file is no table is refused where it was made, and the file stays as it was', async () => {
  const { user } = await uploaded();
  await user.selectOptions(screen.getByLabelText('Letters'), 'UTF-16');
  expect(await screen.findByText(/letters don’t exist in this encoding/)).toBeTruthy();
  await waitFor(() =>
    expect(screen.getByLabelText<HTMLSelectElement>('Letters').selectedOptions[0]?.label).toBe('UTF-8'),
  );
  expect(screen.getByLabelText('What “Shoe” means')).toBeTruthy();
});

test('a refused meaning is said at its column', async () => {
  const { api, user } = await uploaded();
  api.before = (_, path) =>
    path.endsWith('/preview')
      ? new Refusal(422, 'import.invalid', 'Mend the fields.', {
          errors: [{ path: 'fields[2]', message: 'This field was archived.' }],
        })
      : undefined;
  await user.click(screen.getByRole('button', { name: 'Try it out' }));
  const column = (await screen.findByText('This field was archived.')).closest('li') as HTMLElement;
  expect(within(column).getByText('Shoe')).toBeTruthy();
});

test('what is no table is refused in words, and the place to drop one stays', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/imports`, api);
  await user.upload(
    await screen.findByLabelText('CSV file'),
    new File(['x'], 'photo.csv', { type: 'text/csv' }),
  );
  expect(await screen.findByText('This is no table with at least one row.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Choose a file' })).toBeTruthy();
});

test('an import goes on after a pause, and is cancelled', async () => {
  const api = new FakeApi({ contacts: 3 });
  const paused = api.imports.items.find(({ state }) => state === 'paused');
  const { user } = openApp(`/a/${account}/imports/${paused?.id}`, api);
  await screen.findByText('12,000 of 41,280 rows, paused');
  await user.click(screen.getByRole('button', { name: 'Resume' }));
  await user.click(await screen.findByRole('button', { name: 'Pause' }));
  await screen.findByRole('button', { name: 'Resume' });
  await user.click(screen.getByRole('button', { name: 'Cancel the import' }));
  expect(await screen.findByRole('heading', { name: 'Cancelled' })).toBeTruthy();
});

test('an undo can be taken back, and then tells what it did', async () => {
  const api = new FakeApi({ contacts: 3 });
  const done = api.imports.items.find(({ state }) => state === 'done');
  const { user } = openApp(`/a/${account}/imports/${done?.id}`, api);
  await user.click(await screen.findByRole('button', { name: 'Undo this import' }));
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  flushUndo();
  expect(api.calls.some(({ path }) => path.endsWith('/undo'))).toBe(false);

  await user.click(screen.getByRole('button', { name: 'Undo this import' }));
  flushUndo();
  expect(await screen.findByRole('heading', { name: 'Undone' })).toBeTruthy();
  expect(screen.getByText('40,989')).toBeTruthy();
});

test('who may not write sees what others brought in, and no way to bring more', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, path) =>
    path === '/session' ? sessionOf(['contacts.read', 'conversations.read']) : undefined;
  openApp(`/a/${account}/imports`, api);
  await waitFor(() => expect(screen.getAllByTestId('import').length).toBe(5));
  expect(screen.queryByRole('button', { name: 'Choose a file' })).toBeNull();
});
