import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import { account, FakeApi } from '@/testing/fake-api';
import { sessionOf } from '@/testing/fake-data';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';

const rossi = '01920e5c-0011-7000-8000-000000000000';

beforeAll(loadScreens);

async function opened(company: string) {
  const api = new FakeApi({ contacts: 6 });
  const { user } = openApp(`/a/${account}/companies?company=${company}`, api);
  await screen.findByLabelText('Tier (required)');
  const saved = () =>
    api.calls.filter(({ method, path }) => method === 'PATCH' && path.includes('/companies/'));
  return { api, user, saved };
}

test('a company’s own fields are edited with the control of their kind, and only what changed is sent', async () => {
  const { api, user, saved } = await opened(rossi);
  await user.selectOptions(screen.getByLabelText('Tier (required)'), 'silver');
  await user.clear(screen.getByLabelText('Staff'));
  await user.clear(screen.getByLabelText('Yearly budget'));
  await user.type(screen.getByLabelText('Yearly budget'), '99.50');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1));
  expect(saved()[0]?.body).toEqual({
    custom: { tier: 'silver', staff: null, yearly_budget: { amount: 9950, currency: 'USD' } },
  });
  expect(api.companies.items[0]?.custom).toMatchObject({ industry: 'Floristry', tier: 'silver' });
});

test('a file is sent as a value of a company, and kept when the company is', async () => {
  const { api, user, saved } = await opened('01920e5c-0011-7000-8000-000000000001');
  await user.upload(screen.getByLabelText('Signed contract'), new File(['hello'], 'contract.pdf'));
  await screen.findByRole('link', { name: 'contract.pdf' });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(saved()).toHaveLength(1));
  expect(saved()[0]?.body).toEqual({ custom: { signed_contract: api.files.files[0]?.id } });
});

test('a field that is required is asked of a new company beside itself', async () => {
  const { api, user } = await opened('new');
  await user.type(screen.getByLabelText('Name'), 'Bluebird Bakery');
  await user.click(screen.getByRole('button', { name: 'Create company' }));
  const said = await screen.findByText('This field is required.');
  const tier = screen.getByLabelText('Tier (required)');
  expect(tier.getAttribute('aria-describedby')).toBe(said.id);
  await user.selectOptions(tier, 'gold');
  await user.click(screen.getByRole('button', { name: 'Create company' }));
  await screen.findByRole('heading', { name: 'Bluebird Bakery' });
  expect(api.companies.items[0]).toMatchObject({ name: 'Bluebird Bakery', custom: { tier: 'gold' } });
});

test('two values that somebody else and I set differently stand side by side, by their field’s name', async () => {
  const { api, user, saved } = await opened(rossi);
  await user.selectOptions(screen.getByLabelText('Tier (required)'), '');
  await user.clear(screen.getByLabelText('Industry'));
  await user.type(screen.getByLabelText('Industry'), 'Gardens');
  const [first] = api.companies.items;
  if (first)
    api.companies.items[0] = {
      ...first,
      custom: { ...first.custom, industry: 'Weddings', staff: 7 } as typeof first.custom,
      version: 2,
    };
  await user.selectOptions(screen.getByLabelText('Tier (required)'), 'gold');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/theirs “Weddings”, yours “Gardens”/)).toBeTruthy();
  expect(screen.getByText('Industry:')).toBeTruthy();
  expect(screen.queryByText('Staff:')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Save mine over theirs' }));
  await waitFor(() => expect(api.companies.items[0]?.custom).toMatchObject({ industry: 'Gardens' }));
  expect(saved().at(-1)?.body).toEqual({ custom: { industry: 'Gardens' } });
  expect(api.companies.items[0]?.custom).toMatchObject({ staff: 7 });
});

test('who may only read sees the values as text, by folder', async () => {
  const api = new FakeApi({ contacts: 6 });
  api.before = (_, path) => (path === '/session' ? sessionOf(['contacts.read']) : undefined);
  openApp(`/a/${account}/companies?company=${rossi}`, api);
  const panel = within(await screen.findByRole('dialog'));
  expect(await panel.findByText('Floristry')).toBeTruthy();
  expect(panel.getByText('Gold')).toBeTruthy();
  expect(panel.getByText('$12,500.00')).toBeTruthy();
  expect(panel.getByRole('heading', { name: 'Agreement' })).toBeTruthy();
  expect(panel.queryByLabelText('Tier (required)')).toBeNull();
});
