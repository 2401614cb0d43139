import { account } from '../fake-server.mjs';

const openFirst = async (page) => {
  await page.getByTestId('deed').first().getByRole('button').first().click();
  await page.getByRole('button', { name: 'All of this sort' }).waitFor();
};

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['audit', `/a/${account}/audit`],
  ['audit-open', `/a/${account}/audit`, {}, openFirst],
  ['audit-rtl', `/a/${account}/audit`, { rtl: true }, openFirst],
  [
    'audit-verified',
    `/a/${account}/audit`,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(/entries hold/).waitFor();
    },
  ],
  [
    'audit-retention',
    `/a/${account}/audit`,
    {},
    async (page) => {
      await page.getByRole('button', { name: /^Kept for/ }).click();
      await page.getByLabel('Days to keep them').waitFor();
    },
  ],
  ['audit-empty', `/a/${account}/audit`, { contacts: 0 }],
  ['audit-none-fits', `/a/${account}/audit?field=nonsense&action=contact.*`],
  ['audit-error', `/a/${account}/audit`, { broken: /audit$/ }],
  ['agency-audit', '/agency/audit', {}, openFirst],
  [
    'agency-audit-erased',
    '/agency/audit',
    {},
    async (page) => {
      await page.getByTestId('deed').nth(3).getByRole('button').first().click();
      await page.getByText('by an id that leads nowhere').waitFor();
    },
  ],
  [
    'agency-audit-retention',
    '/agency/audit',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Kept for good' }).click();
      await page.getByLabel('Days to keep them').waitFor();
    },
  ],
];
