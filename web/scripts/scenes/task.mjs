import { account } from '../fake-server.mjs';

const tasks = `/a/${account}/tasks`;
const renewal = `${tasks}?task=01920e5c-000b-7000-8000-0000000001f6`;
const monthly = `${tasks}?task=01920e5c-000b-7000-8000-0000000001f5`;

export default [
  ['tasks', tasks, { contacts: 3 }],
  ['tasks-many', tasks],
  ['tasks-everybodys', `${tasks}?who=all`],
  ['tasks-nobodys', `${tasks}?who=none`],
  ['tasks-done', `${tasks}?status=done`],
  ['tasks-empty', tasks, { contacts: 0 }],
  ['tasks-error', tasks, { broken: /tasks$/ }],
  ['tasks-rtl', tasks, { contacts: 3, rtl: true }],
  ['tasks-read-only', tasks, { permissions: ['contacts.read'] }],
  [
    'tasks-quick-add',
    tasks,
    {},
    async (page) => {
      await page.getByLabel('New task').fill('Call Maria about the spring order');
      await page.getByRole('button', { name: 'About…' }).click();
      await page.getByPlaceholder('Find a contact').fill('ma');
      await page.getByRole('list', { name: 'Contact: found' }).waitFor();
    },
  ],
  [
    'tasks-keys',
    tasks,
    {},
    async (page) => {
      await page.getByTestId('task').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
    },
  ],
  [
    'tasks-due',
    tasks,
    {},
    async (page) => {
      await page.getByRole('button', { name: /^Due / }).first().click();
      await page.getByRole('button', { name: 'Next Monday' }).waitFor();
    },
  ],
  ['task-edit', renewal, {}, (page) => page.getByLabel('Repeats').waitFor()],
  ['task-edit-series', monthly, {}, (page) => page.getByLabel('Until').waitFor()],
  [
    'task-edit-refused',
    monthly,
    {},
    async (page) => {
      await page.getByLabel('Until').fill('2020-01-01');
      await page.getByLabel('Remind').fill('2090-01-01T09:00');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('It would end before it begins.').waitFor();
    },
  ],
  [
    'task-read-only',
    monthly,
    { permissions: ['contacts.read'] },
    (page) => page.getByText('Written by').waitFor(),
  ],
];
