import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { colleague, me, sessionOf } from '@/testing/fake-data';
import { FakeEventSource } from '@/testing/fake-event-source';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);
afterEach(flushUndo);

async function openTasks(search = '', api = new FakeApi({ contacts: 3 })) {
  const opened = openApp(`/a/${account}/tasks${search}`, api);
  await screen.findByRole('heading', { level: 1, name: /Tasks/ });
  return { api, ...opened };
}

const rowOf = async (title: string) =>
  (await screen.findByRole('button', { name: title })).closest('li') as HTMLElement;
const asked = (api: FakeApi, method: string, path: RegExp) =>
  api.calls.filter((call) => call.method === method && path.test(call.path));

test('one’s own tasks stand by their days, with whom they are about', async () => {
  await openTasks();
  await rowOf('Order new brochures');
  const overdue = screen.getAllByRole('region')[0] as HTMLElement;
  expect(within(overdue).getByRole('heading', { name: /^Overdue/ })).toBeTruthy();
  expect(within(overdue).getAllByRole('link', { name: /Maria Lopez|Kwame|Ines/ }).length).toBeGreaterThan(0);
  expect(within(await rowOf('Renew the contract')).getByRole('link', { name: /Rossi Flowers/ })).toBeTruthy();
  expect(screen.getByLabelText('Every month on day 1')).toBeTruthy();
  expect(screen.queryByText('Ask for a review')).toBeNull();
  expect(screen.queryByText('Tidy the list of suppliers')).toBeNull();
});

test('whose they are, and open or done, stands in the address', async () => {
  const { router, user } = await openTasks('?who=none');
  await rowOf('Tidy the list of suppliers');
  expect(screen.getAllByTestId('task')).toHaveLength(1);
  await user.selectOptions(screen.getByLabelText('Whose tasks'), 'Ravi Patel');
  await rowOf('Ask for a review');
  expect(router.state.location.search).toEqual({ who: colleague });
  await user.selectOptions(screen.getByLabelText('Whose tasks'), 'Mine');
  await user.click(screen.getByRole('button', { name: 'Done' }));
  await rowOf('Send the invoice');
  expect(router.state.location.search).toEqual({ status: 'done' });
});

test('a tick shows at once, reaches the server when it can no longer be undone, and not before', async () => {
  const { api, user } = await openTasks();
  await user.click(within(await rowOf('Order new brochures')).getByRole('checkbox'));
  await waitFor(() => expect(screen.queryByText('Order new brochures')).toBeNull());
  expect(asked(api, 'POST', /complete$/)).toHaveLength(0);
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  await rowOf('Order new brochures');
  await user.click(within(await rowOf('Order new brochures')).getByRole('checkbox'));
  flushUndo();
  await waitFor(() => expect(asked(api, 'POST', /complete$/)).toHaveLength(1));
  expect(asked(api, 'POST', /complete$/)[0]?.headers.get('if-match')).toBe('"1"');
  await user.click(screen.getByRole('button', { name: 'Done' }));
  const done = await rowOf('Order new brochures');
  await user.click(within(done).getByRole('checkbox', { name: 'Open again: Order new brochures' }));
  flushUndo();
  await waitFor(() => expect(asked(api, 'POST', /reopen$/)).toHaveLength(1));
});

test('a task is written down for oneself, with its day and whom it is about', async () => {
  const { api, user } = await openTasks();
  await rowOf('Order new brochures');
  await user.keyboard('c');
  expect(document.activeElement).toBe(screen.getByLabelText('New task'));
  await user.type(screen.getByLabelText('New task'), 'Call about the order');
  await user.type(screen.getByLabelText('Due'), '2030-03-01');
  await user.click(screen.getByRole('button', { name: 'About…' }));
  await user.type(await screen.findByPlaceholderText('Find a contact'), 'Maria');
  await user.click((await screen.findAllByRole('button', { name: /^Maria Lopez/ }))[0] as HTMLElement);
  await user.click(screen.getByRole('button', { name: 'Add task' }));
  await rowOf('Call about the order');
  expect(asked(api, 'POST', /\/tasks$/)[0]?.body).toEqual({
    title: 'Call about the order',
    due_at: '2030-03-01T12:00:00.000Z',
    all_day: true,
    assignee_id: me,
    contact_id: api.contacts[0]?.id,
  });
});

test('the day and who does it are changed in the row', async () => {
  const { api, user } = await openTasks();
  const row = await rowOf('Renew the contract');
  await user.click(within(row).getByRole('button', { name: /^Due / }));
  await user.click(await screen.findByRole('button', { name: 'No date' }));
  await waitFor(() =>
    expect(
      within(screen.getByRole('region', { name: /No date/ })).getByText('Renew the contract'),
    ).toBeTruthy(),
  );
  await waitFor(() =>
    expect(asked(api, 'PATCH', /tasks/)[0]?.body).toEqual({ due_at: null, all_day: false }),
  );
  await waitFor(() => expect(api.records.tasks.some(({ version }) => version === 2)).toBe(true));
  await user.click(
    within(await rowOf('Renew the contract')).getByRole('button', { name: /does it: change$/ }),
  );
  await user.type(await screen.findByRole('combobox', { name: /Who does “/ }), 'Ravi{Enter}');
  await waitFor(() => expect(screen.queryByText('Renew the contract')).toBeNull());
  expect(asked(api, 'PATCH', /tasks/).at(-1)?.body).toEqual({ assignee_id: colleague });
});

test('a change that is refused leaves the row as it was, and says why', async () => {
  const { api, user } = await openTasks();
  api.before = (request) =>
    request.method === 'PATCH'
      ? new Refusal(422, 'task.invalid', 'Some fields need mending.', {
          errors: [{ path: 'recurrence', message: 'It would end before it begins.' }],
        })
      : undefined;
  await user.click(within(await rowOf('Renew the contract')).getByRole('button', { name: /^Due / }));
  await user.click(await screen.findByRole('button', { name: 'No date' }));
  expect(await screen.findByText('It would end before it begins.')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('region', { name: /No date/ })).toBeNull());
});

test('the panel tells before sending what the server would refuse, and sends what differs', async () => {
  const { api, user, router } = await openTasks();
  await user.click(await screen.findByRole('button', { name: 'Prepare the figures for the quarter' }));
  const panel = within(await screen.findByRole('dialog'));
  await user.type(await panel.findByLabelText(/^Until/), '2020-01-01');
  await user.type(panel.getByLabelText(/^Remind/), '2090-01-01T09:00');
  await user.click(panel.getByRole('button', { name: 'Save' }));
  expect(await panel.findByText('It would end before it begins.')).toBeTruthy();
  expect(panel.getByText('Remind before it is due, or when it is due.')).toBeTruthy();
  expect(asked(api, 'PATCH', /tasks/)).toHaveLength(0);
  await user.clear(panel.getByLabelText(/^Remind/));
  await user.clear(panel.getByLabelText(/^Until/));
  await user.type(panel.getByLabelText(/^Until/), '2090-01-01');
  await user.click(panel.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
  expect(asked(api, 'PATCH', /tasks/)[0]?.body).toEqual({
    recurrence: 'FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20900102T045959Z',
  });
});

test('what the server refuses stands beside its field', async () => {
  const { api, user } = await openTasks();
  api.before = (request) =>
    request.method === 'PATCH'
      ? new Refusal(422, 'task.invalid', 'Some fields need mending.', {
          errors: [{ path: 'reminder_at', message: 'Remind before it is due, or when it is due.' }],
        })
      : undefined;
  await user.click(await screen.findByRole('button', { name: 'Renew the contract' }));
  const panel = within(await screen.findByRole('dialog'));
  await user.type(await panel.findByLabelText('What'), '!');
  await user.click(panel.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(panel.getByLabelText(/^Remind/).getAttribute('aria-invalid')).toBe('true'));
});

test('the keys walk, tick and open', async () => {
  const { user, router } = await openTasks();
  await rowOf('Order new brochures');
  const titles = screen
    .getAllByTestId('task')
    .map((row) => within(row).getAllByRole('button')[0]?.textContent);
  await user.keyboard('jj');
  expect(document.activeElement?.textContent).toBe(titles[1]);
  await user.keyboard('k ');
  await waitFor(() => expect(screen.getAllByTestId('task')).toHaveLength(titles.length - 1));
  await waitFor(() => expect(document.activeElement?.textContent).toBe(titles[1]));
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('dialog')).toBeTruthy();
  expect(router.state.location.search).toHaveProperty('task');
});

test('what a colleague does appears by itself', async () => {
  const { api } = await openTasks();
  await rowOf('Order new brochures');
  const task = api.records.addTask({ title: 'Look at the new lead', assignee_id: me });
  await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(1, 'task.created', { subject_kind: 'task', subject_id: task.id, payload: {} });
  await rowOf('Look at the new lead');
});

test('more than a page is loaded when it is asked for', async () => {
  const api = new FakeApi({ contacts: 3 });
  for (let n = 0; n < 110; n++) api.records.addTask({ title: `Number ${n}`, assignee_id: me, due_at: null });
  const { user } = await openTasks('', api);
  await rowOf('Order new brochures');
  expect(screen.getAllByTestId('task')).toHaveLength(100);
  await user.click(screen.getByRole('button', { name: 'More tasks' }));
  await waitFor(() => expect(screen.getAllByTestId('task').length).toBeGreaterThan(110));
});

test('whoever may only read has nothing to change it with', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, at) => (at === '/session' ? sessionOf(['contacts.read']) : undefined);
  const { user } = await openTasks('', api);
  const row = within(await rowOf('Order new brochures'));
  expect(row.getByRole<HTMLInputElement>('checkbox').disabled).toBe(true);
  expect(row.getAllByRole('button')).toHaveLength(1);
  expect(screen.queryByLabelText('New task')).toBeNull();
  await user.keyboard('j');
  expect(screen.getByText('Order new brochures')).toBeTruthy();
  await user.click(await screen.findByRole('button', { name: 'Order new brochures' }));
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByText('Written by')).toBeTruthy();
  expect(panel.queryByRole('textbox')).toBeNull();
  expect(panel.queryByRole('button', { name: /Save|Delete|Done/ })).toBeNull();
});

test('where there is nothing, it says what comes here; where it may not be seen, that', async () => {
  const { user } = await openTasks('', new FakeApi({ contacts: 0 }));
  await user.click(await screen.findByRole('button', { name: 'Write down a task' }));
  expect(document.activeElement).toBe(screen.getByLabelText('New task'));
});

test('whoever may not see tasks is told so', async () => {
  const api = new FakeApi({ contacts: 3 });
  api.before = (_, path) =>
    /task/.test(path) ? new Refusal(403, 'access.denied', 'Your role does not include it.') : undefined;
  await openTasks('', api);
  expect(await screen.findByText('This is not open to you')).toBeTruthy();
});
