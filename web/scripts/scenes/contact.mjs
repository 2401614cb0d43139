import { account } from '../fake-server.mjs';
import table from './contact-table.mjs';

const view = (name) => (page) => page.getByRole('button', { name, exact: true }).click();

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['contacts', `/a/${account}/contacts`, { contacts: 10_000 }],
  ['contacts-three', `/a/${account}/contacts`, { contacts: 3 }],
  ['contacts-empty', `/a/${account}/contacts`, { contacts: 0 }],
  ['contacts-none-fits', `/a/${account}/contacts?q=qqqq`],
  ['contacts-error', `/a/${account}/contacts`, { broken: /contacts\/query$/ }],
  ['contact-edit', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`],
  ['contact-notes', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`, {}, view('Notes')],
  ['contact-tasks', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`, {}, view('Tasks')],
  [
    'contact-notes-none',
    `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-00000000001e`,
    {},
    view('Notes'),
  ],
  [
    'contact-duplicate',
    `/a/${account}/contacts?contact=new`,
    {},
    async (page) => {
      await page.getByLabel('First name').fill('Maria');
      await page.getByLabel('Phone').fill('+14155551000');
      await page.getByRole('button', { name: 'Create contact' }).click();
      await page.getByText('already has this').waitFor();
    },
  ],
  ...table,
];
