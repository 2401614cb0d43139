import { screen, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi } from '@/testing/fake-api';
import { colleague } from '@/testing/fake-data';
import { Refusal } from '@/testing/fake-refusal';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

async function openErasure(api: FakeApi) {
  const somebody = api.access.members.find(({ id }) => id === colleague);
  if (!somebody) throw new Error('Somebody works there.');
  const app = openApp(`/a/${account}/people?member=${somebody.id}`, api);
  await app.user.click(await screen.findByRole('button', { name: 'Erase…' }));
  const dialog = within(await screen.findByRole('dialog', { name: `Erase ${somebody.name}` }));
  const erase = dialog.getByRole('button', { name: `Erase ${somebody.name}` });
  const deleted = () => api.calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  return { ...app, somebody, dialog, erase, deleted };
}

test('a person is erased by whoever knows their address, and nothing is sent before', async () => {
  const { user, somebody, dialog, erase, deleted } = await openErasure(new FakeApi());
  await user.type(dialog.getByLabelText('Their e-mail address'), 'else@acme.example');
  await user.click(erase);
  expect(dialog.getByText('This is not their address.')).toBeTruthy();
  expect(deleted()).toEqual([]);
  await user.clear(dialog.getByLabelText('Their e-mail address'));
  await user.type(dialog.getByLabelText('Their e-mail address'), somebody.email.toUpperCase());
  await user.click(erase);
  expect(await screen.findAllByText(`${somebody.name} is erased`)).toBeTruthy();
  expect(deleted()).toEqual([
    `/sub-accounts/${account}/members/${somebody.id}`,
    `/agency/people/${somebody.id}`,
  ]);
});

test('who still works elsewhere is removed here alone, and that is said', async () => {
  const api = new FakeApi();
  api.before = (request, path) =>
    request.method === 'DELETE' && path.startsWith('/agency/people/')
      ? new Refusal(409, 'person.member', 'They still are a member somewhere.')
      : undefined;
  const { user, somebody, dialog, erase } = await openErasure(api);
  await user.type(dialog.getByLabelText('Their e-mail address'), somebody.email);
  await user.click(erase);
  expect((await dialog.findByRole('alert')).textContent).toMatch(/still work elsewhere/);
});
