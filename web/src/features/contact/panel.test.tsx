import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { flushUndo } from '@/lib/undo';
import { account, FakeApi, Refusal } from '@/testing/fake-api';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

beforeAll(loadScreens);

async function openContact(view?: string) {
  const api = new FakeApi({ contacts: 3 });
  const contact = api.contacts[0]?.id ?? '';
  const { user } = openApp(`/a/${account}/contacts?contact=${contact}`, api);
  await screen.findByLabelText('Plan (required)');
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
  await user.click(await screen.findByRole('menuitem', { name: 'Make it the primary one' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(api.contacts[0]?.phone).toBe('+14155559999'));
  expect(saved().at(-1)?.body).toEqual({
    phones: [
      { number: '+14155551000', label: '', primary: false, state: 'ok' },
      { number: '+14155559999', label: 'work', primary: true, state: 'ok' },
    ],
  });
});

test('own fields are edited with the control of their kind, and only what changed is sent', async () => {
  const { user, saved } = await openContact();
  await user.selectOptions(screen.getByLabelText('Plan (required)'), 'gold');
  await user.click(screen.getByLabelText('Whitening'));
  await user.click(screen.getByLabelText('Fears the drill'));
  await user.type(screen.getByLabelText('Visits'), '12');
  await user.type(screen.getByLabelText('Spent'), '12.50');
  await user.type(screen.getByLabelText('Insured since'), '2024-02-29');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1));
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
});

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
  const said = await screen.findByText('At most 100.');
  expect(screen.getByLabelText('Visits').getAttribute('aria-describedby')).toBe(said.id);
});

test('a company is found by its name and linked', async () => {
  const { api, user, saved } = await openContact();
  await user.type(screen.getByLabelText('Company'), 'harbor');
  await user.click(await screen.findByRole('button', { name: 'Harbor Yoga' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1));
  expect(saved()[0]?.body).toEqual({ company_id: api.companies.items[2]?.id });
});

test('a company of which more than a name is asked is not made where it is chosen', async () => {
  const { api, user } = await openContact();
  await user.type(screen.getByLabelText('Company'), 'Bluebird Bakery');
  await user.click(await screen.findByRole('button', { name: 'Make “Bluebird Bakery”' }));
  expect(await screen.findByText(/needs more than a name here/)).toBeTruthy();
  expect(api.companies.items[0]?.name).toBe('Rossi Flowers');
});

test('a company that is not there yet is made where it is chosen', async () => {
  const { api, user, saved } = await openContact();
  api.fields.fields = api.fields.fields.filter(({ object }) => object === 'contact');
  await user.type(screen.getByLabelText('Company'), 'Bluebird Bakery');
  await user.click(await screen.findByRole('button', { name: 'Make “Bluebird Bakery”' }));
  await waitFor(() => expect(api.companies.items[0]?.name).toBe('Bluebird Bakery'));
  await screen.findByRole('button', { name: 'Take Company away' });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()[0]?.body).toEqual({ company_id: api.companies.items[0]?.id }));
});

test('a file is sent, and one that is deleted can be had back', async () => {
  const { api, contact, user } = await openContact('Files');
  expect(await screen.findAllByTestId('file')).toHaveLength(2);
  await user.upload(screen.getByLabelText('Files to add'), new File(['hello'], 'offer.txt'));
  expect(await screen.findByText('offer.txt')).toBeTruthy();
  expect(api.files.files[0]).toMatchObject({ contact_id: contact, size: 5 });
  await user.click(screen.getByRole('button', { name: 'Delete offer.txt' }));
  await waitFor(() => expect(screen.getAllByTestId('file')).toHaveLength(2));
  await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
  flushUndo();
  expect(await screen.findByText('offer.txt')).toBeTruthy();
  expect(api.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});

test('what happened is told in words, with names for ids, and can be narrowed', async () => {
  const { user } = await openContact('Activity');
  const [first, second] = await screen.findAllByTestId('happened');
  expect(first?.textContent).toContain('A text came in');
  expect(second?.textContent).toContain('Dana Whitfield changed owner, tags, e-mail addresses');
  expect(await within(second as HTMLElement).findByText('Ravi Patel')).toBeTruthy();
  await user.selectOptions(screen.getByLabelText('What to see of the activity'), 'file');
  await waitFor(() => expect(screen.getAllByTestId('happened')).toHaveLength(1));
  expect(screen.getByText('offer.pdf')).toBeTruthy();
});
