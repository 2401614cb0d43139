import { screen } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

test('who has to set up a second factor is led to where they can, and everything opens after', async () => {
  const { user, router } = openApp(`/a/${account}/contacts`, new FakeApi({ mfaRequired: true }));
  await user.click(await screen.findByRole('button', { name: 'Set it up now' }));
  expect(router.state.location.pathname).toBe('/profile');
  await user.type(await screen.findByLabelText('Code'), '123456');
  await user.click(screen.getByRole('button', { name: /Turn on|Confirm|Set up/ }));
  expect(await screen.findByText('k7f0-92qm')).toBeTruthy();
  await router.navigate({ to: '/a/$account/contacts', params: { account } });
  expect(router.state.location.pathname).toBe(`/a/${account}/contacts`);
});
