import { screen, waitFor } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { FakeApi } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

test('an app is registered, and its secret is shown once', async () => {
  const api = new FakeApi();
  const { user } = openApp('/agency/apps', api);
  await user.click(await screen.findByRole('button', { name: 'Register an app' }));
  await user.type(await screen.findByLabelText('Name'), 'Reviews');
  await user.type(screen.getByLabelText('Redirect addresses'), 'javascript:alert(1)');
  await user.click(screen.getByLabelText('Read contacts'));
  await user.click(screen.getByRole('button', { name: 'Register the app' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/https/);
  await user.clear(screen.getByLabelText('Redirect addresses'));
  await user.type(screen.getByLabelText('Redirect addresses'), 'https://a.example/cb\nhttps://b.example/cb');
  await user.click(screen.getByRole('button', { name: 'Register the app' }));
  expect((await screen.findByTestId('api-key')).textContent).toMatch(/^omcs_/);
  const made = api.oauth.apps.at(-1);
  expect(made?.redirect_uris).toEqual(['https://a.example/cb', 'https://b.example/cb']);
  await user.click(screen.getByRole('button', { name: 'Done' }));
  expect(await screen.findByText('Reviews')).toBeTruthy();
  expect(screen.queryByText(/^omcs_4fQ2/)).toBeNull();
});

test('another secret, an edit and a deletion that waits for an undo', async () => {
  const api = new FakeApi();
  const name = 'Bookings for dentists';
  const { user } = openApp('/agency/apps', api);
  await user.click(await screen.findByRole('button', { name: `Make another secret of ${name}` }));
  await user.click(await screen.findByRole('button', { name: 'Make another secret' }));
  expect((await screen.findByTestId('api-key')).textContent).toBe('omcs_another2x8VbN0pLr7TtYw');
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await user.click(await screen.findByRole('button', { name: `Edit ${name}` }));
  await user.click(await screen.findByLabelText('Send messages and resolve conversations'));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.oauth.apps[0]?.scopes).toContain('messages.send'));
  await user.click(await screen.findByRole('button', { name: `Delete ${name}` }));
  await waitFor(() => expect(screen.queryByText(name)).toBeNull());
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByText(name)).toBeTruthy();
  expect(api.oauth.apps).toHaveLength(2);
});

test('I see the apps that I let in, and take one back', async () => {
  const api = new FakeApi();
  const { user } = openApp('/profile', api);
  await user.click(await screen.findByRole('button', { name: 'Disconnect Bookings for dentists' }));
  expect(await screen.findByText(/An app asks you before/)).toBeTruthy();
  window.dispatchEvent(new Event('pagehide'));
  await waitFor(() => expect(api.oauth.grants).toHaveLength(0));
});
