import { account } from '../fake-server.mjs';

const list = `/a/${account}/contacts`;
const one = '01920e5c-0002-7000-8000-000000000006';
const found = (page) => page.getByTestId('duplicates').first().waitFor();
const merge = (nth) => async (page) => {
  await found(page);
  await page.getByRole('button', { name: 'Merge' }).nth(nth).click();
  await page.getByRole('dialog').getByRole('group', { name: 'Last name' }).waitFor();
};

const apart = async (page) => {
  await found(page);
  for (const left of [2, 1]) {
    await page.getByRole('button', { name: 'Not the same' }).first().click();
    await page.waitForFunction(
      (n) => document.querySelectorAll('[data-testid=duplicates]').length === n,
      left,
    );
  }
  await page.getByRole('link', { name: 'Told apart' }).click();
  await page.getByTestId('apart').first().waitFor();
};

/** Contacts that are one person. */
export default [
  ['duplicates', `${list}/duplicates`, {}, found],
  ['duplicates-rtl', `${list}/duplicates`, { rtl: true }, found],
  ['duplicates-none', `${list}/duplicates`, { contacts: 3 }],
  ['duplicates-error', `${list}/duplicates`, { broken: /duplicates$/ }],
  ['apart', `${list}/duplicates`, {}, apart],
  ['apart-rtl', `${list}/duplicates`, { rtl: true }, apart],
  ['apart-none', `${list}/duplicates/apart`, {}],
  ['apart-error', `${list}/duplicates/apart`, { broken: /dismissed$/ }],
  ['merge-two', `${list}/duplicates`, {}, merge(0)],
  ['merge-three', `${list}/duplicates`, {}, merge(1)],
  ['merge-rtl', `${list}/duplicates`, { rtl: true }, merge(2)],
  [
    'merge-panel',
    `${list}?contact=${one}`,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Merge with another contact' }).click();
      await page.getByRole('textbox', { name: 'Another contact' }).fill('max');
      await page
        .getByRole('button', { name: /Maximilian-Alexander .* 2/ })
        .first()
        .waitFor();
    },
  ],
  [
    'merge-undo',
    `${list}?contact=${one}`,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Merge with another contact' }).click();
      await page.getByRole('textbox', { name: 'Another contact' }).fill('max');
      await page
        .getByRole('button', { name: /Maximilian-Alexander .* 2/ })
        .first()
        .click();
      const dialog = page.getByRole('dialog', { name: 'Merge 2 contacts' });
      await dialog.getByRole('group', { name: 'Last name' }).waitFor();
      await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
      await page.getByRole('button', { name: 'Activity' }).click();
      await page.getByRole('button', { name: 'Undo the merge' }).waitFor();
    },
  ],
];
