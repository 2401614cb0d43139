import { account } from '../fake-server.mjs';

const out = { signedIn: false };

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['sign-in', '/sign-in', out],
  [
    'sign-in-wrong',
    '/sign-in',
    out,
    async (page) => {
      await page.getByLabel('E-mail').fill('dana@acme.example');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'sign-in-code',
    '/sign-in',
    out,
    async (page) => {
      await page.getByLabel('E-mail').fill('totp@acme.example');
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByLabel('Code').waitFor();
    },
  ],
  [
    'invitation',
    '/invitation/abc',
    out,
    (page) => page.getByLabel('Choose a password').fill('correct horse'),
  ],
  ['invitation-gone', '/invitation/gone', out],
  ['oauth-consent', '/oauth/consent?request=several'],
  ['oauth-consent-one', '/oauth/consent?request=one'],
  ['oauth-consent-gone', '/oauth/consent?request=gone'],
  ['keys', `/a/${account}/settings/api-keys`],
  [
    'agency-keys',
    '/agency/api-keys',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('dialog').getByLabel('Name').waitFor();
    },
  ],
  ['profile', '/profile'],
  [
    'profile-totp',
    '/profile',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Set up' }).click();
      await page.getByRole('img', { name: /QR/ }).waitFor();
    },
  ],
];
