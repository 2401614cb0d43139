import { screen, waitFor } from '@testing-library/react';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { go as leave } from '@/lib/go';
import { account, FakeApi } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

vi.mock('@/lib/go', () => ({ go: vi.fn() }));
const go = vi.mocked(leave);

beforeAll(loadScreens);
beforeEach(() => go.mockClear());

test('an app is let in where the person says, and hears of it', async () => {
  const api = new FakeApi();
  const { user } = openApp('/oauth/consent?request=several', api);
  expect(await screen.findByRole('heading', { name: /Let Bookings for dentists act/ })).toBeTruthy();
  const allow = screen.getByRole('button', { name: 'Allow' });
  expect(allow).toHaveProperty('disabled', true);
  expect(screen.getAllByText(/so neither can the app/)).toHaveLength(1);
  await user.click(screen.getByRole('checkbox', { name: /Donaudampf/ }));
  expect(screen.getAllByText(/so neither can the app/)).toHaveLength(2);
  await user.click(screen.getByRole('checkbox', { name: 'Bright Smile Dental' }));
  await user.click(screen.getByRole('checkbox', { name: /Donaudampf/ }));
  await user.click(allow);
  await waitFor(() => expect(go.mock.calls[0]?.[0]).toBe('https://bookings.example/callback?code=omac_1'));
  const said = api.calls.find(({ path }) => path.endsWith('/allow'));
  expect(said?.body).toEqual({ sub_account_ids: [account] });
});

test('an app that is refused hears of that', async () => {
  const { user } = openApp('/oauth/consent?request=one', new FakeApi());
  await user.click(await screen.findByRole('button', { name: 'Don’t allow' }));
  await waitFor(() =>
    expect(go.mock.calls[0]?.[0]).toBe('https://bookings.example/callback?error=access_denied'),
  );
});

test('who is signed out signs in first and comes back to the question', async () => {
  const { user, router } = openApp('/oauth/consent?request=one', new FakeApi({ signedIn: false }));
  await user.type(await screen.findByLabelText('E-mail'), 'dana@acme.example');
  await user.type(screen.getByLabelText('Password'), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('button', { name: 'Allow' })).toBeTruthy();
  expect(router.state.location.href).toBe('/oauth/consent?request=one');
});

test('a request that was answered says so', async () => {
  openApp('/oauth/consent?request=gone', new FakeApi());
  expect(await screen.findByText(/was answered, or is too old/)).toBeTruthy();
});
