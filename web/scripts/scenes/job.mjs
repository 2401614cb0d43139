import { account } from '../fake-server.mjs';

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['work', `/a/${account}/work`],
  [
    'work-selected',
    `/a/${account}/work?kind=sms.deliver`,
    {},
    async (page) => {
      await page
        .getByRole('checkbox', { name: /Send a text/ })
        .first()
        .check();
      await page.getByText('Details').first().click();
    },
  ],
  ['work-events', `/a/${account}/work?view=events`, { contacts: 3 }],
  ['work-running', `/a/${account}/work?view=running`],
  ['work-empty', `/a/${account}/work`, { contacts: 0 }],
  ['work-error', `/a/${account}/work`, { broken: /jobs$/ }],
  ['parked-work', '/agency/parked-work'],
  ['parked-work-empty', '/agency/parked-work', { contacts: 0 }],
];
