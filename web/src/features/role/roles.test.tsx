import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const roles = '/agency/people/roles';

beforeAll(loadScreens);

test('a box ticked in the matrix changes the role, one call after the other', async () => {
  const api = new FakeApi();
  const { user } = openApp(roles, api);
  const box = await screen.findByRole('checkbox', { name: 'Sales: See who works here' });
  await user.click(box);
  await user.click(screen.getByRole('checkbox', { name: 'Sales: Create, edit and delete contacts' }));
  await waitFor(() => {
    const sales = api.roles.all.find(({ name }) => name === 'Sales');
    expect(sales?.version).toBe(3);
    expect(sales?.permissions).toContain('members.read');
    expect(sales?.permissions).not.toContain('contacts.write');
  });
});

test('a refused tick is taken back', async () => {
  const api = new FakeApi();
  api.before = (request) =>
    request.method === 'PATCH' ? new Refusal(403, 'role.escalation', 'You hold less than that.') : undefined;
  const { user } = openApp(roles, api);
  await user.click(await screen.findByRole('checkbox', { name: 'Sales: See who works here' }));
  expect(await screen.findByText('You hold less than that.')).toBeTruthy();
  await waitFor(() =>
    expect(
      screen.getByRole<HTMLInputElement>('checkbox', { name: 'Sales: See who works here' }).checked,
    ).toBe(false),
  );
});

test('what concerns everybody’s records can’t be ticked for a role that is held back', async () => {
  openApp(roles, new FakeApi());
  const box = await screen.findByRole<HTMLInputElement>('checkbox', {
    name: 'Shift leader: Read the audit log',
  });
  expect(box.disabled).toBe(true);
  expect(screen.queryByRole('checkbox', { name: /^Agency owner/ })).toBeNull();
});

test('a role is made of words, a reach and boxes; a narrower reach unticks what it can’t hold', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${roles}?role=new`, api);
  await user.type(await screen.findByLabelText('Name'), 'Night desk');
  const panel = within(screen.getByRole('dialog'));
  await user.click(panel.getByRole('checkbox', { name: /Read the audit log/ }));
  await user.click(panel.getByRole('radio', { name: /Assigned to them/ }));
  await user.click(panel.getByRole('checkbox', { name: /Send messages/ }));
  await user.click(panel.getByRole('button', { name: 'Create role' }));
  expect(await screen.findByRole('button', { name: 'Edit role' })).toBeTruthy();
  expect(api.roles.all.at(-1)).toMatchObject({
    name: 'Night desk',
    reach: 'assigned',
    level: 'account',
    permissions: ['contacts.read', 'conversations.read', 'messages.send'],
  });
});

test('a role is duplicated, and one that nobody holds deleted', async () => {
  const api = new FakeApi();
  const { user } = openApp(`${roles}?role=account_manager`, api);
  await user.click(await screen.findByRole('button', { name: 'Duplicate' }));
  expect(await screen.findByDisplayValue('Manager copy')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Create role' }));
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  flushUndo();
  await waitFor(() => expect(api.roles.all.some(({ name }) => name === 'Manager copy')).toBe(false));
  expect(api.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('in a sub-account the roles are only read', async () => {
  openApp(`/a/${account}/people/roles`, new FakeApi());
  expect(await screen.findByRole('img', { name: 'Sales: Read contacts: yes' })).toBeTruthy();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.queryByText('Agency owner')).toBeNull();
});
