import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const slow = { timeout: 8000 };

beforeAll(loadScreens, 120_000);

async function openContact(view?: string) {
  const api = new FakeApi({ contacts: 3 });
  const contact = api.contacts[0]?.id ?? '';
  const { user } = openApp(`/a/${account}/contacts?contact=${contact}`, api);
  await screen.findByLabelText('Plan (required)', {}, slow);
  if (view) await user.click(screen.getByRole('button', { name: view }));
  const saved = () =>
    api.calls.filter(({ method, path }) => method === 'PATCH' && path.includes('/contacts/'));
  return { api, contact, user, saved };
}

test('a second number becomes the primary one, and the first stays', async () => {
  const { api, user, saved } = await openContact();
  await user.click(screen.getByRole('button', { name: 'Another phone' }));
  await user.type(screen.getByLabelText('Phone 2'), '+14155559999');
  await user.type(screen.getByLabelText('What Phone 2 is for'), 'work');
  await user.click(screen.getByRole('button', { name: 'More for Phone 2' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Make it the primary one' }, slow));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.contacts[0]?.phone).toBe('+14155559999'), slow);
  expect(saved().at(-1)?.body).toEqual({
    phones: [
      { number: '+14155551000', label: '', primary: false, state: 'ok' },
      { number: '+14155559999', label: 'work', primary: true, state: 'ok' },
    ],
  });
}, 20_000);

test('own fields are edited with the control of their kind, and only what changed is sent', async () => {
  const { user, saved } = await openContact();
  await user.selectOptions(screen.getByLabelText('Plan (required)'), 'gold');
  await user.click(screen.getByLabelText('Whitening'));
  await user.click(screen.getByLabelText('Fears the drill'));
  await user.type(screen.getByLabelText('Visits'), '12');
  await user.type(screen.getByLabelText('Spent'), '12.50');
  await user.type(screen.getByLabelText('Insured since'), '2024-02-29');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1), slow);
  expect(saved()[0]?.body).toEqual({
    custom: {
      plan: 'gold',
      treatments: ['whitening'],
      fears_the_drill: true,
      visits: 12,
      spent: { amount: 1250, currency: 'USD' },
      insured_since: '2024-02-29',
    },
  });
}, 20_000);

test('a refused own field says why beside itself', async () => {
  const { api, user } = await openContact();
  api.before = (request) =>
    request.method === 'PATCH'
      ? new Refusal(422, 'contact.invalid', 'Mend the fields.', {
          errors: [{ path: 'custom.visits', message: 'At most 100.' }],
        })
      : undefined;
  await user.type(screen.getByLabelText('Visits'), '1200');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  const said = await screen.findByText('At most 100.', {}, slow);
  expect(screen.getByLabelText('Visits').getAttribute('aria-describedby')).toBe(said.id);
}, 20_000);

test('a company is found by its name and linked', async () => {
  const { api, user, saved } = await openContact();
  await user.type(screen.getByLabelText('Company'), 'harbor');
  await user.click(await screen.findByRole('button', { name: 'Harbor Yoga' }, slow));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1), slow);
  expect(saved()[0]?.body).toEqual({ company_id: api.companies.items[2]?.id });
}, 20_000);

test('a company of which more than a name is asked is not made where it is chosen', async () => {
  const { api, user } = await openContact();
  await user.type(screen.getByLabelText('Company'), 'Bluebird Bakery');
  await user.click(await screen.findByRole('button', { name: 'Make “Bluebird Bakery”' }, slow));
  expect(await screen.findByText(/needs more than a name here/, {}, slow)).toBeTruthy();
  expect(api.companies.items[0]?.name).toBe('Rossi Flowers');
}, 20_000);

test('a company that is not there yet is made where it is chosen', async () => {
  const { api, user, saved } = await openContact();
  api.fields.fields = api.fields.fields.filter(({ object }) => object === 'contact');
  await user.type(screen.getByLabelText('Company'), 'Bluebird Bakery');
  await user.click(await screen.findByRole('button', { name: 'Make “Bluebird Bakery”' }, slow));
  await waitFor(() => expect(api.companies.items[0]?.name).toBe('Bluebird Bakery'), slow);
  await screen.findByRole('button', { name: 'Take Company away' }, slow);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()[0]?.body).toEqual({ company_id: api.companies.items[0]?.id }), slow);
}, 20_000);

test('a file is sent, and one that is deleted can be had back', async () => {
  const { api, contact, user } = await openContact('Files');
  expect(await screen.findAllByTestId('file', {}, slow)).toHaveLength(2);
  await user.upload(screen.getByLabelText('Files to add'), new File(['hello'], 'offer.txt'));
  expect(await screen.findByText('offer.txt', {}, slow)).toBeTruthy();
  expect(api.files.files[0]).toMatchObject({ contact_id: contact, size: 5 });
  await user.click(screen.getByRole('button', { name: 'Delete offer.txt' }));
  await waitFor(() => expect(screen.getAllByTestId('file')).toHaveLength(2), slow);
  await user.click((await screen.findAllByRole('button', { name: 'Undo' }, slow)).at(-1) as HTMLElement);
  flushUndo();
  expect(await screen.findByText('offer.txt', {}, slow)).toBeTruthy();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
}, 20_000);

test('what happened is told in words, with names for ids, and can be narrowed', async () => {
  const { user } = await openContact('Activity');
  const [first, second] = await screen.findAllByTestId('happened', {}, slow);
  expect(first?.textContent).toContain('A text came in');
  expect(second?.textContent).toContain('Dana Whitfield changed owner, tags, e-mail addresses');
  expect(await within(second as HTMLElement).findByText('Ravi Patel', {}, slow)).toBeTruthy();
  await user.selectOptions(screen.getByLabelText('What to see of the activity'), 'file');
  await waitFor(() => expect(screen.getAllByTestId('happened')).toHaveLength(1), slow);
  expect(screen.getByText('offer.pdf')).toBeTruthy();
}, 20_000);
