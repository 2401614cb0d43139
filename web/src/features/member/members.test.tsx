import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { colleague } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const people = `/a/${account}/people`;

beforeAll(loadScreens);

test('a colleague is held back to what is assigned to them, and let go again', async () => {
  const api = new FakeApi();
  const { user } = openApp(people, api);
  const choice = await screen.findByLabelText('Role of Ravi Patel');
  await user.selectOptions(choice, 'Sales (assigned to them)');
  expect(await screen.findByText('Ravi Patel is Sales now')).toBeTruthy();
  expect(api.access.members.find(({ id }) => id === colleague)?.role_name).toBe('Sales');
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() =>
    expect(api.access.members.find(({ id }) => id === colleague)?.role).toBe('account_user'),
  );
});

test('a role that is refused stays as it was, and says why', async () => {
  const api = new FakeApi();
  api.before = (request) =>
    request.method === 'PATCH' ? new Refusal(403, 'role.escalation', 'You hold less than that.') : undefined;
  const { user } = openApp(people, api);
  const choice = await screen.findByLabelText<HTMLSelectElement>('Role of Ravi Patel');
  await user.selectOptions(choice, 'Admin');
  expect(await screen.findByText('You hold less than that.')).toBeTruthy();
  expect(choice.value).toBe('account_user');
});

test('whoever is removed is gone from the list at once, and from the place when undoing is over', async () => {
  const api = new FakeApi();
  const { user } = openApp(people, api);
  await user.click(await screen.findByRole('button', { name: 'Actions for Ravi Patel' }));
  await user.click(screen.getByRole('menuitem', { name: 'Remove' }));
  await waitFor(() => expect(screen.queryByText('ravi@acme.example')).toBeNull());
  expect(api.access.members.some(({ id }) => id === colleague)).toBe(true);
  flushUndo();
  await waitFor(() => expect(api.access.members.some(({ id }) => id === colleague)).toBe(false));
});

test('the agency’s people are guests in a sub-account, whose role is not changed there', async () => {
  openApp(people, new FakeApi());
  const row = await screen.findByTestId('member-dana@acme.example');
  await screen.findByLabelText('Role of Ravi Patel');
  expect(within(row).getByText('Agency owner')).toBeTruthy();
  expect(within(row).queryByRole('combobox')).toBeNull();
});

test('who is invited gets a link that is shown once', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${people}/invitations?invite=true`, api);
  await user.type(await screen.findByLabelText('E-mail'), 'ada@acme.example');
  await user.selectOptions(screen.getByLabelText('Role'), 'Sales (assigned to them)');
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Invite' }));
  expect((await screen.findByTestId('link')).textContent).toContain('/invitation/');
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await waitFor(() => expect(screen.queryByTestId('link')).toBeNull());
  expect(screen.getByTestId('invitation-ada@acme.example').textContent).toContain('Sales');
});

test('a new link is made and an invitation revoked', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${people}/invitations`, api);
  await user.click(await screen.findByRole('button', { name: 'New link for sam@bright-smile.example' }));
  expect((await screen.findByTestId('link')).textContent).toContain('renewed');
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await user.click(
    await screen.findByRole('button', { name: 'Revoke the invitation of sam@bright-smile.example' }),
  );
  flushUndo();
  await waitFor(() =>
    expect(api.access.invitations.map(({ email }) => email)).toEqual(['lena@bright-smile.example']),
  );
});

test('looking as somebody else takes a reason, and shows a banner until it is over', async () => {
  const api = new FakeApi();
  const { user, router } = openApp(people, api);
  await user.click(await screen.findByRole('button', { name: 'Actions for Ravi Patel' }));
  await user.click(screen.getByRole('menuitem', { name: 'View as…' }));
  const go = await screen.findByRole('button', { name: 'View as Ravi Patel' });
  await user.click(go);
  expect(await screen.findByText('At least five characters.')).toBeTruthy();
  expect(api.access.impersonation).toBeUndefined();
  await user.type(screen.getByLabelText('Reason'), 'Ticket 4711');
  await user.click(go);
  expect(await screen.findByText(/Ticket 4711/)).toBeTruthy();
  await waitFor(() => expect(router.state.location.pathname).toBe(`/a/${account}/inbox`));
  expect(api.access.impersonation).toMatchObject({ read_only: true });
  await user.click(screen.getByRole('button', { name: 'Be yourself again' }));
  await waitFor(() => expect(screen.queryByText(/Ticket 4711/)).toBeNull());
});

test('a team is made of people of the sub-account', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${people}/teams?team=new`, api);
  await user.type(await screen.findByLabelText('Name'), 'Night shift');
  await user.click(await screen.findByRole('checkbox', { name: /Ravi Patel/ }));
  await user.click(screen.getByRole('button', { name: 'Create team' }));
  expect(await screen.findByRole('button', { name: 'Night shift: 1 person' })).toBeTruthy();
  expect(api.access.teams.at(-1)?.members).toEqual([colleague]);
});
