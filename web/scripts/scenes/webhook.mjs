import { account } from '../fake-server.mjs';

const hooks = `/a/${account}/settings/webhooks`;
const hook = (n) => `${hooks}?webhook=01920e5c-0012-7000-8000-00000000000${n}`;
const log = (page) => page.getByTestId('delivery').first().waitFor();

export default [
  ['webhooks', hooks],
  ['webhooks-empty', hooks, { contacts: 0 }],
  ['webhooks-error', hooks, { broken: /webhooks$/ }],
  [
    'webhook-new',
    `${hooks}?webhook=new`,
    {},
    (page) => page.getByRole('button', { name: 'Choose among contacts' }).click(),
  ],
  [
    'webhook-made',
    `${hooks}?webhook=new`,
    {},
    async (page) => {
      await page.getByLabel('Address').fill('https://example.com/hooks/omnicrm');
      await page.getByRole('button', { name: 'Create webhook' }).click();
      await page.getByTestId('secret').waitFor();
    },
  ],
  ['webhook-log', hook(0), {}, log],
  ['webhook-failing', hook(1), {}, log],
  ['webhook-off', hook(2), {}, log],
  ['webhook-rtl', hook(0), { rtl: true }, log],
  [
    'webhook-settings',
    hook(0),
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Make a new secret' }).scrollIntoViewIfNeeded();
    },
  ],
  [
    'webhook-delivery',
    `${hook(0)}&delivery=01920e5c-0013-7000-8000-000000000002`,
    {},
    async (page) => {
      await page.getByText('What was said').first().click();
    },
  ],
];
