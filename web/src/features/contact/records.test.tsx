import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { FakeEventSource } from '@/testing/fake-event-source';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

async function openContact(view: string) {
  const api = new FakeApi({ contacts: 3 });
  const contact = api.contacts[0]?.id ?? '';
  const { user } = openApp(`/a/${account}/contacts?contact=${contact}`, api);
  await user.click(await screen.findByRole('button', { name: view }));
  return { api, contact, user };
}

test('a note is written, pinned above the others and changed', async () => {
  const { api, user } = await openContact('Notes');
  await screen.findAllByTestId('note');
  await user.type(screen.getByLabelText('New note'), 'Has a dog called Ada.{Control>}{Enter}{/Control}');
  expect(await screen.findByText('Has a dog called Ada.', { selector: 'p' })).toBeTruthy();
  await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('New note').value).toBe(''));
  const written = api.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/notes'));
  expect(written?.headers.get('idempotency-key')).toBeTruthy();

  const last = screen.getAllByTestId('note').at(-1) as HTMLElement;
  const text = within(last).getByText(/\./).textContent ?? '';
  await user.click(within(last).getByRole('button', { name: 'Pin above the others' }));
  await waitFor(() =>
    expect(within(screen.getAllByTestId('note')[0] as HTMLElement).getByText(text)).toBeTruthy(),
  );

  const [first] = screen.getAllByTestId('note');
  await user.click(within(first as HTMLElement).getByRole('button', { name: 'Edit note' }));
  await user.clear(screen.getByLabelText('Note'));
  await user.type(screen.getByLabelText('Note'), 'Moved to Lisbon.');
  await user.click(screen.getByRole('button', { name: 'Save note' }));
  // In the note, not still in its form.
  expect(await screen.findByText('Moved to Lisbon.', { selector: 'p' })).toBeTruthy();
  expect(
    api.calls
      .filter(({ method }) => method === 'PATCH')
      .at(-1)
      ?.headers.get('if-match'),
  ).toBe('"2"');
});

test('what is typed survives a refusal, and is written once', async () => {
  const { api, user } = await openContact('Notes');
  await screen.findAllByTestId('note');
  const keys: (string | null)[] = [];
  api.before = (request, path) => {
    if (request.method !== 'POST' || !path.endsWith('/notes')) return undefined;
    keys.push(request.headers.get('idempotency-key'));
    return keys.length === 1 ? new Refusal(503, 'unavailable', 'Try again shortly.') : undefined;
  };
  await user.type(screen.getByLabelText('New note'), 'Call after five');
  await user.click(screen.getByRole('button', { name: 'Add note' }));
  expect(await screen.findByText('Try again shortly.')).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>('New note').value).toBe('Call after five');
  await user.click(screen.getByRole('button', { name: 'Add note' }));
  expect(await screen.findByText('Call after five', { selector: 'p' })).toBeTruthy();
  expect(keys[1]).toBe(keys[0]);
});

test('a deleted note can be had back before the server hears of it', async () => {
  const { api, user } = await openContact('Notes');
  const before = (await screen.findAllByTestId('note')).length;
  await user.click(screen.getAllByRole('button', { name: 'Delete note' })[0] as HTMLElement);
  await waitFor(() => expect(screen.getAllByTestId('note')).toHaveLength(before - 1));
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  await waitFor(() => expect(screen.getAllByTestId('note')).toHaveLength(before));
  flushUndo();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});

test('a task gets a day and somebody, and is ticked', async () => {
  const { api, contact, user } = await openContact('Tasks');
  await screen.findAllByTestId('task');
  await user.type(screen.getByLabelText('New task'), 'Send the contract');
  await user.type(screen.getByLabelText('Due'), '2030-03-01');
  await user.selectOptions(screen.getByLabelText('Who does it'), 'Dana Whitfield');
  await user.click(screen.getByRole('button', { name: 'Add task' }));
  const row = (await screen.findByText('Send the contract')).closest('li') as HTMLElement;
  expect(api.records.tasks.at(-1)).toMatchObject({
    contact_id: contact,
    title: 'Send the contract',
    due_at: '2030-03-01T12:00:00.000Z',
    all_day: true,
  });
  await user.click(within(row).getByRole('checkbox', { name: 'Done: Send the contract' }));
  await waitFor(() => expect(screen.queryByText('Send the contract')).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(await screen.findByRole('checkbox', { name: 'Open again: Send the contract' })).toBeTruthy();
});

test('what a colleague writes appears by itself', async () => {
  const { api, contact } = await openContact('Notes');
  await screen.findAllByTestId('note');
  api.records.addNote(contact, { body: 'Asked for a discount.' });
  await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(1, 'note.created', {
    subject_kind: 'contact',
    subject_id: contact,
    payload: {},
  });
  expect(await screen.findByText('Asked for a discount.')).toBeTruthy();
});
