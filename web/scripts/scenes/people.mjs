import { account } from '../fake-server.mjs';

const people = `/a/${account}/people`;
const ravi = '01920e5c-0000-7000-8000-0000000000bb';
const sales = '01920e5c-000c-7000-8000-000000000014';

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['people-members', people],
  ['people-members-many', people, { contacts: 300 }],
  ['people-members-broken', people, { broken: /\/members$/ }],
  [
    'people-member',
    `${people}?member=${ravi}`,
    {},
    (page) => page.getByRole('heading', { name: 'Signed in' }).waitFor(),
  ],
  [
    'people-view-as',
    people,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Actions for Ravi Patel' }).click();
      await page.getByRole('menuitem', { name: 'View as…' }).click();
      await page.getByLabel('Reason').fill('Ticket 4711: the list stays empty');
    },
  ],
  [
    'people-erase',
    `${people}?member=${ravi}`,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Erase…' }).click();
      await page.getByLabel('Their e-mail address').fill('ravi');
      await page.getByRole('button', { name: 'Erase Ravi Patel' }).click();
      await page.getByText('This is not their address.').waitFor();
    },
  ],
  ['people-invitations', `${people}/invitations`],
  ['people-invitations-none', `${people}/invitations`, { contacts: 0 }],
  ['people-invite', `${people}/invitations?invite=true`, {}, (page) => page.getByLabel('E-mail').waitFor()],
  [
    'people-invited',
    `${people}/invitations?invite=true`,
    {},
    async (page) => {
      await page.getByLabel('E-mail').fill('ada@acme.example');
      await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      await page.getByTestId('link').waitFor();
    },
  ],
  ['people-teams', `${people}/teams`],
  ['people-teams-none', `${people}/teams`, { contacts: 0 }],
  [
    'people-team',
    `${people}/teams?team=new`,
    {},
    (page) => page.getByRole('dialog').getByLabel('Name').waitFor(),
  ],
  ['people-roles', `${people}/roles`],
  ['roles-agency', '/agency/people/roles'],
  ['roles-agency-list', '/agency/people/roles?show=list'],
  ['roles-agency-rtl', '/agency/people/roles', { rtl: true }],
  [
    'role-details',
    `/agency/people/roles?role=${sales}`,
    {},
    (page) => page.getByRole('button', { name: 'Edit role' }).waitFor(),
  ],
  [
    'role-new',
    '/agency/people/roles?role=new',
    {},
    async (page) => {
      await page.getByRole('dialog').getByLabel('Name').fill('Sales');
      await page.getByRole('radio', { name: /Assigned to them/ }).check();
    },
  ],
  ['agency-members', '/agency/people'],
  ['agency-security', '/agency/people/security'],
  ['password-reset', '/password-reset/abc', { signedIn: false }],
  ['password-reset-gone', '/password-reset/gone', { signedIn: false }],
  [
    'profile-password',
    '/profile',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByLabel('Present password').waitFor();
    },
  ],
];
