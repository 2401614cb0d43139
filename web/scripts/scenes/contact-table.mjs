import { account } from '../fake-server.mjs';

const list = `/a/${account}/contacts`;
const nested = {
  and: [
    {
      or: [
        { field: 'tags', op: 'any_of', value: ['vip', 'recall'] },
        { field: 'score', op: 'at_least', value: 0 },
      ],
    },
    { not: { field: 'first_name', op: 'starts_with', value: 'Z' } },
    { field: 'created_at', op: 'after', value: { ago: { months: 6 } } },
    { event: 'message.delivered', times: { op: 'at_least', value: 2 }, within: { days: 30 } },
  ],
};
const filtered = `${list}?filter=${encodeURIComponent(JSON.stringify(nested))}`;
const rows = (page) => page.getByRole('row').nth(2).waitFor();

/** The table, its filter and what is done in its cells. */
export default [
  [
    'table-million',
    list,
    { rows: 1_000_000 },
    async (page) => {
      await rows(page);
      await page.getByTestId('contact-table').focus();
      await page.keyboard.press('End');
      await page
        .getByText(/100000/)
        .first()
        .waitFor();
    },
  ],
  [
    'table-filter',
    filtered,
    { contacts: 10_000 },
    async (page) => {
      await rows(page);
      await page.keyboard.press('f');
      await page.getByRole('region', { name: 'Filter' }).getByRole('button', { name: 'Done' }).waitFor();
      await page.getByLabel('How many must hold').first().waitFor();
    },
  ],
  [
    'table-filter-field',
    list,
    {},
    async (page) => {
      await rows(page);
      await page.keyboard.press('f');
      await page.getByRole('button', { name: 'Condition' }).click();
      await page.getByRole('listbox').waitFor();
    },
  ],
  [
    'table-filter-company',
    `${list}?filter=${encodeURIComponent(
      JSON.stringify({
        and: [
          { field: 'company.country', op: 'is', value: 'AT' },
          { field: 'company.custom.tier', op: 'any_of', value: ['gold'] },
          { field: 'company.custom.yearly_budget', op: 'at_least', value: { amount: 1e6, currency: 'USD' } },
          { field: 'company.custom.contract_until', op: 'in_next', value: { days: 90 } },
          { field: 'company.tags', op: 'any_of', value: ['partner'] },
        ],
      }),
    )}`,
    {},
    async (page) => {
      // Nobody fits, so the table has no rows to wait for.
      await page.keyboard.press('f');
      await page.getByRole('region', { name: 'Filter' }).getByRole('button', { name: 'Done' }).waitFor();
    },
  ],
  [
    'table-company-columns',
    list,
    { employed: true },
    async (page) => {
      await rows(page);
      // A phone shows names alone.
      if (!(await page.getByRole('button', { name: 'Columns' }).isVisible())) return;
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('searchbox', { name: 'Find a column' }).fill('company');
      await page.getByRole('checkbox', { name: 'Company’s name' }).click();
      await page.getByRole('checkbox', { name: 'Company’s Tier' }).click();
    },
  ],
  [
    'table-filter-refused',
    `${list}?filter=${encodeURIComponent(
      JSON.stringify({
        and: [
          { field: 'custom.gone', op: 'is', value: 'x' },
          { field: 'score', op: 'is', value: 9e9 },
        ],
      }),
    )}`,
    {},
    async (page) => {
      await page.keyboard.press('f');
      await page.getByRole('alert').first().waitFor();
    },
  ],
  [
    'table-why',
    filtered,
    {},
    async (page) => {
      await page
        .getByRole('button', { name: /^Why is/ })
        .first()
        .focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('list').waitFor();
    },
  ],
  [
    'table-selection',
    list,
    { contacts: 10_000 },
    async (page) => {
      await rows(page);
      for (const key of ['j', 'x', 'j', 'x', 'j']) await page.keyboard.press(key);
      await page.getByText('2 selected').waitFor();
    },
  ],
  [
    'table-cell',
    list,
    {},
    async (page) => {
      await rows(page);
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
    },
  ],
  [
    'table-columns',
    list,
    {},
    async (page) => {
      await rows(page);
      const button = page.getByRole('button', { name: 'Columns' });
      if (await button.isVisible()) await button.click();
    },
  ],
  [
    'table-views',
    list,
    { contacts: 10_000 },
    async (page) => {
      await rows(page);
      await page.getByRole('button', { name: /VIPs/ }).click();
      await page.getByRole('button', { name: 'Remove the filter' }).click();
      await page.getByRole('img', { name: 'changed' }).waitFor();
    },
  ],
  [
    'table-view-new',
    filtered,
    {},
    async (page) => {
      await rows(page);
      await page.getByRole('button', { name: 'What to do with the view' }).click();
      await page.getByRole('menuitem', { name: 'Save as a new view…' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Donaudampfschifffahrtsgesellschaft, ohne Wien');
    },
  ],
];
