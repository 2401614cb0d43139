import { account } from '../fake-server.mjs';

const panel = `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`;
const view = (name) => (page) => page.getByRole('button', { name, exact: true }).click();
const unfold =
  (...names) =>
  async (page) => {
    for (const name of names) {
      const part = page.locator('summary', { hasText: name });
      await part.waitFor();
      if (!(await part.evaluate((summary) => summary.parentElement.open))) await part.click();
    }
    await page.locator('summary', { hasText: names.at(-1) }).scrollIntoViewIfNeeded();
  };

export default [
  ['panel-fields', panel, {}, unfold('Care')],
  ['panel-papers', panel, {}, unfold('Papers')],
  ['panel-profile', panel, {}, unfold('Work', 'Address', 'About them', 'Followers and quiet')],
  [
    'panel-addresses',
    panel,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Another phone' }).click();
      await page.getByLabel('Phone 2', { exact: true }).fill('+49 30 901820');
      await page.getByLabel('What Phone 2 is for').fill('work');
    },
  ],
  [
    'panel-read-only',
    panel,
    { permissions: ['contacts.read', 'messages.send'] },
    (page) => page.getByRole('dialog').getByText('Created').waitFor(),
  ],
  ['panel-files', panel, {}, view('Files')],
  ['panel-activity', panel, {}, view('Activity')],
  ['panel-rtl', panel, { rtl: true }, view('Activity')],
  [
    'panel-files-none',
    `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-00000000001e`,
    {},
    view('Files'),
  ],
];
