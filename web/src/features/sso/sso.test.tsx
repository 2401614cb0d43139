import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { FakeApi } from '@/testing/fake-api';
import { Refusal } from '@/testing/fake-refusal';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const google = 'Acme Google Workspace';

beforeAll(loadScreens);

test('the sign-in page leads to the identity providers of the host, and back to where one wanted to go', async () => {
  openApp('/sign-in?next=%2Fprofile', new FakeApi({ signedIn: false, sso: true }));
  const link = await screen.findByRole('link', { name: `Continue with ${google}` });
  const to = new URL(link.getAttribute('href') ?? '', 'https://app.acme.example');
  expect(to.pathname).toBe('/sso/start');
  expect(to.searchParams.get('return_to')).toBe('/profile');
  expect(to.searchParams.get('provider')).toBeTruthy();
  expect(screen.queryByText(/Entra/)).toBeNull();
});

test('a host without any shows none', async () => {
  const api = new FakeApi({ signedIn: false });
  openApp('/sign-in', api);
  await screen.findByLabelText('E-mail');
  await waitFor(() => expect(api.calls.some(({ path }) => path === '/session/providers')).toBe(true));
  expect(screen.queryByText(/Continue with/)).toBeNull();
});

test('who was not let in reads why', async () => {
  openApp('/sign-in?sso_error=sso.email_unverified', new FakeApi({ signedIn: false, sso: true }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toMatch(/hasn’t verified your e-mail/);
});

test('where a provider is enforced, the refusal of the password leads to it', async () => {
  const api = new FakeApi({ signedIn: false, sso: true });
  api.before = (request, path) =>
    request.method === 'POST' && path === '/session'
      ? new Refusal(403, 'session.sso_required', 'People with this address sign in elsewhere.', {
          identity_provider: 'p-1',
          identity_provider_name: 'Acme',
        })
      : undefined;
  const { user } = openApp('/sign-in', api);
  await user.type(await screen.findByLabelText('E-mail'), 'dana@acme.example');
  await user.type(screen.getByLabelText('Password'), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  const alert = await screen.findByRole('alert');
  const link = within(alert).getByRole('link', { name: 'Continue with Acme' });
  expect(link.getAttribute('href')).toMatch(/^\/sso\/start\?provider=p-1/);
});

test('who has an authenticator enters its code after the provider', async () => {
  const api = new FakeApi({ signedIn: false, sso: true });
  const { user } = openApp('/sign-in?sso=code&next=%2Fprofile', api);
  const code = await screen.findByLabelText('Code');
  await user.type(code, '000000');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/That code is not right/);
  await user.clear(code);
  await user.type(code, '123456');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
});

test('who was too slow with the code begins again', async () => {
  const { user } = openApp('/sign-in?sso=code', new FakeApi({ signedIn: false, sso: true }));
  await user.type(await screen.findByLabelText('Code'), '999999');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByLabelText('E-mail')).toBeTruthy();
  expect(screen.getByRole('alert').textContent).toMatch(/Begin again/);
});

test('a provider is added, checked, enforced, taken back and deleted', async () => {
  const api = new FakeApi();
  const { user } = openApp('/agency/people/providers', api);
  const [add] = await screen.findAllByRole('button', { name: 'Add a provider' });
  if (add) await user.click(add);
  await user.type(await screen.findByLabelText('Name'), 'Okta');
  await user.type(screen.getByLabelText('Issuer'), 'https://acme.okta.example');
  await user.type(screen.getByLabelText('Client id'), 'crm');
  await user.type(screen.getByLabelText('Client secret'), 'hush');
  await user.type(screen.getByLabelText('Domains'), 'acme.example,');
  await user.selectOptions(screen.getByLabelText('Whom it lets in'), 'create');
  await user.selectOptions(screen.getByLabelText('Role of who is new'), 'account_user');
  await user.click(screen.getByLabelText('Bright Smile Dental'));
  await user.click(screen.getByRole('button', { name: 'Set it up' }));
  await user.click(await screen.findByRole('button', { name: 'Check Okta' }));
  expect(await screen.findByText(/It answers as it should/)).toBeTruthy();
  const sent = api.calls.find(
    ({ method, path }) => method === 'POST' && path === '/agency/identity-providers',
  );
  expect(sent?.body).toMatchObject({
    client_secret: 'hush',
    domains: ['acme.example'],
    role: 'account_user',
    session_hours: 24,
  });
  expect(sent?.headers.get('Idempotency-Key')).toBeTruthy();
  await user.click(screen.getByLabelText('The only way in for these domains'));
  await waitFor(() => expect(api.sso.providers[0]?.enforced).toBe(true));
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(api.sso.providers[0]?.enforced).toBe(false));
  await user.click(screen.getByRole('button', { name: 'Delete Okta' }));
  expect(await screen.findByText('Passwords and passkeys alone')).toBeTruthy();
});

test('a change leaves the secret as it is', async () => {
  const api = new FakeApi({ sso: true });
  const { user } = openApp('/agency/people/providers', api);
  await user.click(await screen.findByRole('button', { name: `Edit ${google}` }));
  await user.type(await screen.findByLabelText('Name'), ' 2');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.sso.providers[0]?.name).toBe(`${google} 2`));
  const sent = api.calls.find(({ method }) => method === 'PATCH');
  expect(sent?.body).not.toHaveProperty('client_secret');
  expect(sent?.headers.get('If-Match')).toBe('"1"');
});

test('who signs in by a provider is listed and can be unbound, once undoing is over', async () => {
  const api = new FakeApi({ sso: true });
  const { user } = openApp('/agency/people/providers', api);
  await user.click(await screen.findByRole('button', { name: `People of ${google}` }));
  expect(await screen.findByText('110169484474386276334')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Unbind Ada Lovelace' }));
  await waitFor(() => expect(screen.queryByText('110169484474386276334')).toBeNull());
  expect(api.sso.people).toHaveLength(2);
  flushUndo();
  await waitFor(() => expect(api.sso.people.map(({ name }) => name)).not.toContain('Ada Lovelace'));
});

test('what counts as two factors where the token says so is sent', async () => {
  const api = new FakeApi({ sso: true });
  const { user } = openApp('/agency/people/providers', api);
  await user.click(await screen.findByRole('button', { name: `Edit ${google}` }));
  await user.type(await screen.findByLabelText(/What says so/), 'urn:example:mfa,');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.sso.providers[0]?.acr_values).toEqual(['urn:example:mfa']));
});

test('an invitation can be accepted by the agency’s identity provider', async () => {
  openApp('/invitation/new', new FakeApi({ signedIn: false, sso: true }));
  const link = await screen.findByRole('link', { name: `Continue with ${google}` });
  expect(link.getAttribute('href')).toMatch(/^\/sso\/start\?provider=/);
});
