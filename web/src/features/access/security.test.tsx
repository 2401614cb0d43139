import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { FakeApi } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { browserName } from './browser-name';

beforeAll(loadScreens);
// Not all stubs: the set-up's stand for what jsdom lacks.
afterEach(() => vi.stubGlobal('PublicKeyCredential', undefined));

/** A browser that has passkeys; what is asked of it is remembered. */
function stubAuthenticator(answer: () => Promise<unknown>) {
  const ask = vi.fn(answer);
  const itself = (json: unknown) => json;
  vi.stubGlobal('PublicKeyCredential', {
    parseCreationOptionsFromJSON: itself,
    parseRequestOptionsFromJSON: itself,
  });
  Object.defineProperty(navigator, 'credentials', {
    configurable: true,
    value: { create: ask, get: ask },
  });
  return ask;
}

const credential = async () => ({ toJSON: () => ({ id: 'q83v', type: 'public-key' }) });

test('a passkey is added, renamed and taken away', async () => {
  const ask = stubAuthenticator(credential);
  const api = new FakeApi();
  const { user } = openApp('/profile', api);
  await user.click(await screen.findByRole('button', { name: 'Add a passkey' }));
  await user.type(await screen.findByLabelText('Name'), 'Phone');
  await user.click(screen.getByRole('button', { name: 'Go on' }));
  await user.click(await screen.findByRole('button', { name: 'Rename Phone' }));
  expect(ask).toHaveBeenCalledWith({ publicKey: { challenge: 'q83vEjRWeJA' } });
  await user.type(await screen.findByLabelText('Name'), ' of Dana');
  await user.click(screen.getByRole('button', { name: 'Rename' }));
  await user.click(await screen.findByRole('button', { name: 'Remove Phone of Dana' }));
  await user.type(await screen.findByLabelText('Password'), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Remove the passkey' }));
  await waitFor(() => expect(api.security.passkeys.map(({ name }) => name)).toEqual(['Laptop']));
});

test('who says no to the browser is told so, and nothing is kept', async () => {
  stubAuthenticator(async () => {
    throw new DOMException('denied', 'NotAllowedError');
  });
  const api = new FakeApi();
  const { user } = openApp('/profile', api);
  await user.click(await screen.findByRole('button', { name: 'Add a passkey' }));
  await user.type(await screen.findByLabelText('Name'), 'Phone');
  await user.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByText(/No passkey was used/)).toBeTruthy();
  expect(api.security.passkeys).toHaveLength(1);
});

test('a passkey signs in by itself and leads to where one wanted to go', async () => {
  stubAuthenticator(credential);
  const api = new FakeApi({ signedIn: false });
  const { user, router } = openApp('/sign-in?next=/profile', api);
  await user.click(await screen.findByRole('button', { name: 'Use a passkey' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/profile'));
  expect(api.calls.find(({ path }) => path === '/session/passkey')?.body).toMatchObject({
    credential: { id: 'q83v' },
  });
});

test('another machine is signed out; this one can’t be by mistake', async () => {
  const api = new FakeApi();
  const { user } = openApp('/profile', api);
  await user.click(await screen.findByRole('button', { name: /Sign out Safari on iOS/ }));
  await waitFor(() => expect(api.security.sessions).toHaveLength(1));
  expect(screen.queryByRole('button', { name: /Sign out Chrome/ })).toBeNull();
});

test('a password is changed with the present one', async () => {
  const api = new FakeApi();
  const { user } = openApp('/profile', api);
  await user.click(await screen.findByRole('button', { name: 'Change password' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByLabelText('Present password'), 'correct horse battery');
  await user.type(dialog.getByLabelText('New password'), 'short');
  await user.click(dialog.getByRole('button', { name: 'Change password' }));
  expect(await dialog.findByText('Twelve characters or more.')).toBeTruthy();
  await user.type(dialog.getByLabelText('New password'), ' and then much longer');
  await user.click(dialog.getByRole('button', { name: 'Change password' }));
  expect(await screen.findByText('Your password is changed')).toBeTruthy();
  expect(api.calls.find(({ path }) => path === '/me/password')?.body).toEqual({
    password: 'correct horse battery',
    new_password: 'short and then much longer',
  });
});

test('a link sets a new password and leads to the sign-in', async () => {
  const api = new FakeApi({ signedIn: false });
  const { user, router } = openApp('/password-reset/abc', api);
  await user.type(await screen.findByLabelText('New password'), 'four random words here');
  await user.click(screen.getByRole('button', { name: 'Set password' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'));
});

test('a link that was used says so', async () => {
  openApp('/password-reset/gone', new FakeApi({ signedIn: false }));
  expect(await screen.findByRole('heading', { name: 'This link works no more' })).toBeTruthy();
});

test('the agency asks everybody for a second factor, and takes it back', async () => {
  const api = new FakeApi();
  const { user } = openApp('/agency/people/security', api);
  await user.click(await screen.findByRole('radio', { name: /Everybody has to/ }));
  await waitFor(() => expect(api.security.policy).toEqual({ mfa: 'everyone', version: 2 }));
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(api.security.policy).toEqual({ mfa: 'optional', version: 3 }));
});

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
    false,
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/140 Mobile Safari/604.1',
    'Chrome on iOS',
    true,
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/19.0 Safari/605.1.15', 'Safari on macOS', false],
  ['curl/8.9', 'curl/8.9', false],
  ['', 'Unknown browser', false],
])('a browser that calls itself %s', (agent, browser, phone) => {
  expect(browserName(agent)).toEqual({ browser, phone });
});
