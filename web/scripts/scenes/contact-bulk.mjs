import { account } from '../fake-server.mjs';

const list = `/a/${account}/contacts`;
const rows = (page) => page.getByRole('row').nth(2).waitFor();
const select = async (page) => {
  await rows(page);
  for (const key of ['j', 'x', 'j', 'x', 'j']) await page.keyboard.press(key);
  await page.getByText('2 selected').waitFor();
  await page.getByRole('button', { name: 'More to do with the selected contacts' }).waitFor();
};
const menu = async (page) => {
  await page.getByRole('button', { name: 'More to do with the selected contacts' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
};
const dialog = (name) => async (page) => {
  await select(page);
  const button = page.getByRole('button', { name, exact: true });
  if (await button.isVisible()) await button.click();
  else {
    await menu(page);
    await page.getByRole('menuitem', { name: `${name}…`, exact: true }).click();
  }
  await page.getByRole('dialog').waitFor();
};
const tag = async (page) => {
  await dialog('Add tags')(page);
  await page.getByRole('textbox', { name: 'Tags' }).fill('spring');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Add tags' }).click();
  await page.getByTestId('bulk-action').waitFor();
};

/** What is done to many contacts at once. */
export default [
  ['bulk-tags', list, {}, dialog('Add tags')],
  ['bulk-people', list, {}, dialog('Add followers')],
  [
    'bulk-field',
    list,
    {},
    async (page) => {
      await dialog('Set a field')(page);
      await page.getByRole('combobox', { name: 'Field' }).selectOption('custom.plan');
      await page.getByRole('combobox', { name: 'New value' }).waitFor();
    },
  ],
  [
    'bulk-done',
    list,
    { contacts: 10_000 },
    async (page) => {
      await tag(page);
      await page.getByRole('button', { name: /^Undo/ }).waitFor();
    },
  ],
  [
    'bulk-done-rtl',
    list,
    { rtl: true },
    async (page) => {
      await tag(page);
      await page.getByRole('button', { name: /^Undo/ }).waitFor();
    },
  ],
  [
    'bulk-running',
    list,
    { contacts: 10_000 },
    async (page) => {
      await tag(page);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
    },
  ],
  ['bulk-list', `${list}/bulk`, { bulks: true }],
  ['bulk-list-rtl', `${list}/bulk`, { bulks: true, rtl: true }],
  ['bulk-list-none', `${list}/bulk`],
  ['bulk-list-error', `${list}/bulk`, { broken: /contacts\/bulk$/ }],
];
