const out = { signedIn: false, sso: true };
const list = '/agency/people/providers';

/** Signing in by identity providers, setting them up, and apps that act for people. */
export default [
  ['sso-sign-in', '/sign-in', out, (page) => page.getByRole('link', { name: /Continue with/ }).waitFor()],
  ['sso-refused', '/sign-in?sso_error=sso.unknown_person', out, (page) => page.getByRole('alert').waitFor()],
  ['sso-code', '/sign-in?sso=code', out],
  ['sso-providers', list, { sso: true }],
  ['sso-providers-rtl', list, { sso: true, rtl: true }],
  ['sso-providers-none', list],
  ['sso-providers-error', list, { broken: /identity-providers$/ }],
  [
    'sso-check',
    list,
    { sso: true },
    async (page) => {
      await page.getByRole('button', { name: /^Check Donau/ }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'sso-form',
    list,
    { sso: true },
    async (page) => {
      await page.getByRole('button', { name: 'Edit Acme Google Workspace' }).click();
      await page.getByLabel('Whom it lets in').selectOption('create');
      await page.getByLabel('Role of who is new').selectOption('account_user');
      await page.getByText('Where', { exact: true }).waitFor();
    },
  ],
  [
    'sso-people',
    list,
    { sso: true },
    async (page) => {
      await page.getByRole('button', { name: 'People of Acme Google Workspace' }).click();
      await page.getByRole('button', { name: 'Unbind Ada Lovelace' }).waitFor();
    },
  ],
  [
    'sso-invitation',
    '/invitation/new',
    out,
    (page) => page.getByRole('link', { name: /Continue with/ }).waitFor(),
  ],
  ['apps', '/agency/apps'],
  ['apps-none', '/agency/apps', { contacts: 0 }],
  [
    'apps-form',
    '/agency/apps',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Register an app' }).click();
      await page.getByLabel('Redirect addresses').waitFor();
    },
  ],
  [
    'apps-secret',
    '/agency/apps',
    {},
    async (page) => {
      await page.getByRole('button', { name: /^Make another secret of/ }).click();
      await page.getByRole('button', { name: 'Make another secret' }).click();
      await page.getByTestId('api-key').waitFor();
    },
  ],
];
