import { account } from '../fake-server.mjs';

const one = (n) => `/a/${account}/imports/01920e5c-000c-7000-8000-00000000000${n}`;

export default [
  ['imports', `/a/${account}/imports`],
  ['imports-empty', `/a/${account}/imports`, { contacts: 0 }],
  ['imports-error', `/a/${account}/imports`, { broken: /imports$/ }],
  ['import-setup', one(0)],
  [
    'import-tried',
    one(0),
    {},
    async (page) => {
      await page.getByLabel('All of them agreed').check();
      await page.getByLabel('To what they agreed').fill('Send me offers by e-mail and text.');
      await page.getByLabel('Where they agreed').fill('Form on our website');
      await page.getByLabel('When they agreed').fill('2025-11-01');
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByRole('heading', { name: 'What would happen' }).scrollIntoViewIfNeeded();
    },
  ],
  ['import-doubt', one(4)],
  ['import-paused', one(1)],
  ['import-done', one(2)],
  ['import-undone', one(3)],
  ['import-rtl', one(0), { rtl: true }],
];
