import { account } from '../fake-server.mjs';

const fields = `/a/${account}/settings/fields`;

const edit = (name) => async (page) => {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
};

export default [
  ['fields', fields],
  ['fields-empty', fields, { contacts: 0 }],
  ['fields-rtl', fields, { rtl: true }],
  ['fields-companies', `${fields}?object=company`],
  ['fields-error', fields, { broken: /custom-fields$/ }],
  ['field-rules', fields, {}, edit('Customer number')],
  ['field-rules-money', fields, {}, edit('Spent')],
  [
    'field-new',
    fields,
    {},
    async (page) => {
      await page.getByRole('button', { name: 'New field' }).click();
      await page.getByLabel('Kind').selectOption('select');
      await page.getByRole('button', { name: 'Another choice' }).click();
      await page.getByLabel('Choice 1', { exact: true }).fill('Gold');
    },
  ],
];
