import { account } from '../fake-server.mjs';

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['unknown-host', '/', { unknownHost: true }],
  [
    'palette',
    `/a/${account}/inbox`,
    {},
    async (page) => {
      await page.getByTestId('conversation').first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('What do you want to do?').waitFor();
    },
  ],
  [
    'shortcuts',
    `/a/${account}/contacts`,
    {},
    async (page) => {
      await page.getByRole('row').nth(2).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  ],
  ['rtl', `/a/${account}/inbox?conversation=01920e5c-0003-7000-8000-000000000005`, { rtl: true }],
  ['not-found', '/a/nobody/inbox'],
];
