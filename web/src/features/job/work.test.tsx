import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

test('a job that failed says why, leads to its record, and is replayed', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/work`, api);
  const [row] = await screen.findAllByTestId('parked');
  if (!row) throw new Error('no row');
  expect(within(row).getByText('Send a text')).toBeTruthy();
  expect(
    within(row).getByText(/^This sub-account has no phone number yet\. An administrator.*give it one\.$/),
  ).toBeTruthy();
  expect(within(row).getByText('16 attempts')).toBeTruthy();
  expect(within(row).getByRole('link', { name: 'Conversation' })).toBeTruthy();
  const id = api.work.jobs[0]?.id;
  await user.click(within(row).getByRole('button', { name: 'Replay: Send a text' }));
  await waitFor(() => expect(api.work.jobs.find((job) => job.id === id)?.state).toBe('due'));
  expect(await screen.findByText('1 is under way again')).toBeTruthy();
  const call = api.calls.find(({ path }) => path.endsWith('/jobs/replay'));
  expect(call?.headers.get('idempotency-key')).toBeTruthy();
});

test('several are chosen with the keyboard and replayed together', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/work`, api);
  await screen.findAllByTestId('parked');
  await user.keyboard('jxjx');
  expect(await screen.findByText('2 selected')).toBeTruthy();
  await user.keyboard('r');
  await waitFor(() => expect(api.work.jobs.filter(({ state }) => state === 'parked')).toHaveLength(1));
});

test('all of a kind are replayed, and the filter stands in the address', async () => {
  const api = new FakeApi({ contacts: 8 });
  const { user, router } = openApp(`/a/${account}/work`, api);
  await screen.findAllByTestId('parked');
  await user.selectOptions(screen.getByLabelText('Kind of work'), 'Erase a deleted contact');
  await user.click(await screen.findByRole('button', { name: 'Replay all 2: Erase a deleted contact' }));
  await waitFor(() =>
    expect(api.work.jobs.some(({ kind, state }) => kind === 'contact.erase' && state === 'parked')).toBe(
      false,
    ),
  );
  expect(router.state.location.search).toMatchObject({ kind: 'contact.erase' });
});

test('what is given up can be taken back before the server hears of it', async () => {
  const api = new FakeApi({ contacts: 1 });
  const { user } = openApp(`/a/${account}/work`, api);
  await user.click(await screen.findByRole('button', { name: 'Give up: Send a text' }));
  await waitFor(() => expect(screen.queryByTestId('parked')).toBeNull());
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  expect(await screen.findByTestId('parked')).toBeTruthy();
  flushUndo();
  expect(api.calls.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
});

test('a job under way shows how far it has come, live, and can be cancelled', async () => {
  const api = new FakeApi({ contacts: 1 });
  const { user } = openApp(`/a/${account}/work?view=running`, api);
  const bar = await screen.findByRole('progressbar', { name: 'Contact import' });
  expect(bar.getAttribute('aria-valuenow')).toBe('24');
  expect(
    screen.getByRole('progressbar', { name: 'Contact export' }).getAttribute('aria-valuenow'),
  ).toBeNull();
  api.work.jobs = api.work.jobs.map((job) =>
    job.kind === 'contact.import' ? { ...job, progress: { done: 4000, total: 5000 } } : job,
  );
  await waitFor(() =>
    expect(screen.getByRole('progressbar', { name: 'Contact import' }).getAttribute('aria-valuenow')).toBe(
      '80',
    ),
  );
  await user.click(screen.getByRole('button', { name: 'Cancel: Contact import' }));
  flushUndo();
  await waitFor(() => expect(api.calls.some(({ path }) => path.endsWith('/cancel'))).toBe(true));
});

test('events that were not taken in are replayed by record', async () => {
  const api = new FakeApi({ contacts: 3 });
  const { user } = openApp(`/a/${account}/work?view=events`, api);
  const rows = await screen.findAllByTestId('parked');
  expect(rows).toHaveLength(3);
  await user.click(screen.getByRole('checkbox', { name: 'Select all shown' }));
  await user.click(screen.getByRole('button', { name: 'Replay selected' }));
  await waitFor(() => expect(api.work.events).toHaveLength(0));
  expect(await screen.findByText('Everything was taken in')).toBeTruthy();
});

test('nothing parked, an error and a denial each say so', async () => {
  openApp(`/a/${account}/work`, new FakeApi({ contacts: 0 }));
  expect(await screen.findByText('Nothing failed')).toBeTruthy();
  const broken = new FakeApi();
  broken.before = (_, path) =>
    path.endsWith('/agency/parked-work') ? new Refusal(503, 'unavailable', 'Away for a moment.') : undefined;
  openApp('/agency/parked-work', broken);
  expect(await screen.findByText('Away for a moment.')).toBeTruthy();
});

test('the agency sees in which sub-accounts work is parked, and goes there', async () => {
  const api = new FakeApi();
  const { user, router } = openApp('/agency/parked-work', api);
  const row = await screen.findByTestId('parked-bright-smile');
  expect(within(row).getByText('60 failed jobs')).toBeTruthy();
  await user.click(within(row).getByRole('link'));
  await waitFor(() => expect(router.state.location.pathname).toBe(`/a/${account}/work`));
});
