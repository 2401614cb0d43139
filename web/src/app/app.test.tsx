import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { FakeEventSource } from '@/testing/fake-event-source';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);
afterEach(() => vi.useRealTimers());

test('who is not signed in signs in, and arrives where they wanted to go', async () => {
  const { user, router } = openApp(`/a/${account}/contacts?q=maria`, new FakeApi({ signedIn: false }));
  await user.type(await screen.findByLabelText('E-mail'), 'dana@acme.example');
  await user.click(screen.getByLabelText('Password'));
  await user.paste('correct horse battery');
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('heading', { name: /Contacts/ })).toBeTruthy();
  expect(router.state.location.href).toContain('q=maria');
});

test('a wrong password does not tell whether the account exists', async () => {
  const { user } = openApp('/sign-in', new FakeApi({ signedIn: false }));
  await user.type(await screen.findByLabelText('E-mail'), 'nobody@acme.example');
  await user.type(screen.getByLabelText('Password'), 'wrong{Enter}');
  expect((await screen.findByRole('alert')).textContent).toMatch(/don’t match/);
});

test('who has an authenticator is asked for a code, and a wrong one is said', async () => {
  const { user } = openApp('/sign-in', new FakeApi({ signedIn: false }));
  await user.type(await screen.findByLabelText('E-mail'), 'totp@acme.example');
  await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
  await user.type(await screen.findByLabelText('Code'), '000000{Enter}');
  expect((await screen.findByRole('alert')).textContent).toMatch(/code is not right/);
  await user.clear(screen.getByLabelText('Code'));
  await user.type(screen.getByLabelText('Code'), '123456{Enter}');
  expect(await screen.findByRole('heading', { name: /Sub-accounts/ })).toBeTruthy();
});

test('too many tries: says when the next one is heard, and waits until then', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const api = new FakeApi({ signedIn: false });
  api.before = (request) =>
    request.method === 'POST'
      ? new Refusal(429, 'session.throttled', 'Slow down.', {}, { 'retry-after': '42' })
      : undefined;
  const { user } = openApp('/sign-in', api);
  await user.type(await screen.findByLabelText('E-mail'), 'dana@acme.example');
  await user.type(screen.getByLabelText('Password'), 'x{Enter}');
  expect((await screen.findByRole('alert')).textContent).toMatch(/42 seconds/);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(true);
});

test('a host that belongs to nobody gets a page that names nobody', async () => {
  openApp('/sign-in', new FakeApi({ unknownHost: true }));
  expect(await screen.findByText('Nothing lives at this address')).toBeTruthy();
});

test('another agency’s account reads as not found', async () => {
  openApp('/a/01920e5c-ffff-7000-8000-000000000000/inbox', new FakeApi());
  expect(await screen.findByRole('heading', { name: 'Not found' })).toBeTruthy();
});

test('a contact with a number that somebody has already leads to that somebody', async () => {
  const { user, router } = openApp(`/a/${account}/contacts?contact=new`, new FakeApi({ contacts: 3 }));
  await user.type(await screen.findByLabelText('First name'), 'Maria');
  await user.type(screen.getByLabelText('Phone'), '+14155551000');
  await user.click(screen.getByRole('button', { name: 'Create contact' }));
  await user.click(await screen.findByRole('link', { name: 'Open that contact' }));
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Last name' }).value).toBe('Lopez'),
  );
  expect(router.state.location.search).toMatchObject({ contact: expect.stringContaining('0002') });
});

test('a contact that somebody else changed meanwhile: both values are shown, and mine can still win', async () => {
  const api = new FakeApi({ contacts: 3 });
  const maria = api.contacts.find(({ name }) => name === 'Maria Lopez');
  const { user } = openApp(`/a/${account}/contacts?contact=${maria?.id}`, api);
  const lastName = await screen.findByLabelText('Last name');
  api.contacts = api.contacts.map((item) =>
    item === maria ? { ...item, last_name: 'Garcia', version: 2 } : item,
  );
  await user.clear(lastName);
  await user.type(lastName, 'Smith');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/theirs “Garcia”, yours “Smith”/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Save mine over theirs' }));
  await waitFor(() =>
    expect(api.contacts.find(({ id }) => id === maria?.id)).toMatchObject({
      last_name: 'Smith',
      version: 3,
    }),
  );
});

test('a sub-account that somebody else changed meanwhile is not suspended unseen, but can be all the same', async () => {
  const api = new FakeApi();
  const { user } = openApp('/agency/sub-accounts?panel=bright-smile', api);
  const suspend = await screen.findByRole('button', { name: 'Suspend' });
  api.subAccounts = api.subAccounts.map((item) =>
    item.name === 'bright-smile'
      ? { ...item, display_name: 'Brighter Smile', version: 'bright-smile.2' }
      : item,
  );
  await user.click(suspend);
  expect(await screen.findByText('Brighter Smile was changed by someone else')).toBeTruthy();
  expect(api.subAccounts.find(({ name }) => name === 'bright-smile')?.suspended).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Suspend anyway' }));
  await waitFor(() =>
    expect(api.subAccounts.find(({ name }) => name === 'bright-smile')).toMatchObject({
      suspended: true,
      display_name: 'Brighter Smile',
    }),
  );
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() =>
    expect(api.subAccounts.find(({ name }) => name === 'bright-smile')?.suspended).toBe(false),
  );
});

test('a deletion that is taken back never reaches the server', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/contacts?contact=${api.contacts[1]?.id}`, api);
  await user.click(await screen.findByRole('button', { name: 'Delete contact' }));
  expect(await screen.findByText('Kwame Mensah deleted')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(screen.queryByText('Kwame Mensah deleted')).toBeNull());
  flushUndo();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});

test('a text is on the screen before the server knows of it', async () => {
  const api = new FakeApi();
  let answer = () => {};
  api.before = (request, path) =>
    request.method === 'POST' && path.endsWith('/messages')
      ? new Promise<undefined>((done) => {
          answer = () => done(undefined);
        })
      : undefined;
  const { user } = openApp(`/a/${account}/inbox?conversation=${api.conversations[0]?.id}`, api);
  await user.type(await screen.findByRole('textbox', { name: /Text to Maria/ }), 'See you at ten{Enter}');
  expect(screen.getByText('See you at ten')).toBeTruthy();
  expect(screen.getByText('Sending')).toBeTruthy();
  await waitFor(() =>
    expect(api.calls.some(({ path, method }) => method === 'POST' && path.endsWith('/messages'))).toBe(true),
  );
  answer();
  expect(await screen.findByText('Queued')).toBeTruthy();
  expect(within(screen.getByRole('log')).getAllByText('See you at ten')).toHaveLength(1);
});

test('a text that did not arrive stays with its reason, and another try carries the same key', async () => {
  const api = new FakeApi();
  api.before = (request, path) =>
    request.method === 'POST' && path.endsWith('/messages')
      ? new Refusal(503, 'unavailable', 'The database is away for a moment.')
      : undefined;
  const { user } = openApp(`/a/${account}/inbox?conversation=${api.conversations[0]?.id}`, api);
  await user.type(await screen.findByRole('textbox', { name: /Text to Maria/ }), 'Hello again{Enter}');
  expect(await screen.findByText('The database is away for a moment.')).toBeTruthy();
  api.before = () => undefined;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Queued')).toBeTruthy();
  expect(screen.queryByText('Not sent')).toBeNull();
  const tries = api.calls.filter(({ path, method }) => method === 'POST' && path.endsWith('/messages'));
  expect(new Set(tries.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  expect(api.messages.filter(({ body }) => body === 'Hello again')).toHaveLength(1);
});

test('an answer appears by itself, and the held text says why it was held', async () => {
  const api = new FakeApi();
  const held = api.conversations[3];
  openApp(`/a/${account}/inbox?conversation=${held?.id}`, api);
  expect(await screen.findByText('The contact opted out of texts on 3 March.')).toBeTruthy();
  expect(await screen.findByText(/has opted out of texts/)).toBeTruthy();
  await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
  FakeEventSource.latest.open();
  const message = api.add(held?.contact.id ?? '', {
    direction: 'in',
    status: 'received',
    body: 'START please',
  });
  FakeEventSource.latest.say(1, 'message.created', { subject_id: message.id, payload: { after: message } });
  expect(await within(screen.getByRole('log')).findByText('START please')).toBeTruthy();
});

test('a thread whose contact left the reach goes, and a changed reach asks for everything again', async () => {
  const api = new FakeApi();
  const gone = api.conversations[1];
  const name = gone?.contact.name ?? '';
  openApp(`/a/${account}/inbox`, api);
  expect((await screen.findAllByText(name)).length).toBeGreaterThan(0);
  await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
  FakeEventSource.latest.open();
  api.threads.conversations = api.conversations.filter(({ id }) => id !== gone?.id);
  FakeEventSource.latest.say(1, 'contact.left', { subject_id: gone?.contact.id, payload: null });
  await waitFor(() => expect(screen.queryByText(name)).toBeNull());

  const next = api.conversations[0];
  expect(screen.queryAllByText(next?.contact.name ?? '').length).toBeGreaterThan(0);
  api.threads.conversations = api.conversations.filter(({ id }) => id !== next?.id);
  FakeEventSource.latest.say(1, 'reach.changed', { payload: null });
  await waitFor(() => expect(screen.queryByText(next?.contact.name ?? '')).toBeNull());
  expect((await screen.findAllByText(api.conversations[0]?.contact.name ?? '')).length).toBe(1);
});
