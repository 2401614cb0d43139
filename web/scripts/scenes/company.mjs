import { account } from '../fake-server.mjs';

const companies = `/a/${account}/companies`;
const rossi = `${companies}?company=01920e5c-0011-7000-8000-000000000000`;
const view = (name) => (page) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

export default [
  ['companies', companies],
  ['companies-empty', companies, { contacts: 0 }],
  ['companies-error', companies, { broken: /companies$/ }],
  ['companies-none-fits', `${companies}?q=zzz`],
  ['companies-rtl', companies, { rtl: true }],
  ['company-edit', rossi, {}, (page) => page.getByLabel('Domain').waitFor()],
  ['company-new', `${companies}?company=new`, {}, (page) => page.getByLabel('Domain').waitFor()],
  [
    'company-values',
    rossi,
    {},
    async (page) => {
      await page.getByLabel('Industry').scrollIntoViewIfNeeded();
      await page.getByText('Agreement').scrollIntoViewIfNeeded();
    },
  ],
  [
    'company-values-required',
    `${companies}?company=new`,
    {},
    async (page) => {
      await page.getByLabel('Name').fill('Bluebird Bakery');
      await page.getByLabel('Tier (required)').waitFor();
      await page.getByRole('button', { name: 'Create company' }).click();
      await page.getByText('This field is required.').waitFor();
    },
  ],
  ['company-people', rossi, {}, view('People')],
  ['company-people-none', rossi.replace(/0$/, '1'), {}, view('People')],
  ['company-notes', rossi, {}, view('Notes')],
  ['company-activity', rossi, {}, view('Activity')],
  ['company-activity-rtl', rossi, { rtl: true }, view('Activity')],
  [
    'company-read-only',
    rossi,
    { permissions: ['contacts.read'] },
    (page) => page.getByRole('dialog').getByText('Floristry').scrollIntoViewIfNeeded(),
  ],
];
