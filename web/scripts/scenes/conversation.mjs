import { account } from '../fake-server.mjs';

/** [name, path, options of the fake API, what to do before the picture] */
export default [
  ['inbox', `/a/${account}/inbox`],
  ['inbox-thread', `/a/${account}/inbox?conversation=01920e5c-0003-7000-8000-000000000002`],
  [
    'inbox-held',
    `/a/${account}/inbox?conversation=01920e5c-0003-7000-8000-000000000003`,
    {},
    (page) => page.getByRole('textbox', { name: /Text to/ }).fill('Grüße 👋 — see you on Thursday'),
  ],
  ['inbox-first', `/a/${account}/inbox?to=01920e5c-0002-7000-8000-00000000001e`],
  ['inbox-empty', `/a/${account}/inbox?show=all`, { contacts: 0 }],
];
