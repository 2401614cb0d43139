// The main job, for real, in Chromium against the running development stack:
// sign in, create a contact, text it, answer from the handset, see the answer
// appear; then the console; then every route × theme × width for axe, CSP and
// overflow. Needs the variables of .dev/env (read from there when unset).
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const env = { ...devEnv(), ...process.env };
const base = env.OMNICRM_AGENCY_URL ?? env.OMNICRM_URL;
const account = env.OMNICRM_SUB_ACCOUNT;
const shots = new URL('./screenshots/', import.meta.url).pathname;
const run = Date.now().toString(36);
// A number of our own for each run, so that the stack may be used before and after.
const phone = `+1415555${String(1000 + (Date.now() % 9000))}`;
const firstName = `Maria ${run}`;
const patience = 30_000;

let browser;
let context;
let page;
const complaints = [];

before(async () => {
  for (const name of [
    'OMNICRM_URL',
    'OMNICRM_EMAIL',
    'OMNICRM_PASSWORD',
    'OMNICRM_SUB_ACCOUNT',
    'OMNICRM_SANDBOX_URL',
  ])
    assert.ok(env[name], `${name} is not set: start the stack with "make dev" first`);
  mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(patience);
  page = watched(await context.newPage());
});

after(async () => {
  await browser?.close();
});

test('a person signs in under the brand of their host', async () => {
  await page.goto(`${base}/a/${account}/contacts`);
  await page.getByLabel('E-mail').fill(env.OMNICRM_EMAIL);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('don’t match').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(env.OMNICRM_PASSWORD);
  await page.screenshot({ path: `${shots}sign-in.png` });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /^Contacts/ }).waitFor();
});

test('they create a contact; the same number again names the contact who has it', async () => {
  await page.keyboard.press('c');
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Last name').fill('Lopez');
  await page.getByLabel('Phone').fill(phone);
  await page.getByLabel('Tags').fill('new patient,');
  await page.getByRole('button', { name: 'Create contact' }).click();
  await page.getByRole('button', { name: 'Text', exact: true }).waitFor();
  await page.screenshot({ path: `${shots}contact.png` });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: new RegExp(firstName) }).waitFor();

  await page.getByRole('button', { name: 'New contact' }).click();
  await page.getByLabel('First name').fill('Somebody else');
  await page.getByLabel('Phone').fill(phone);
  await page.getByRole('button', { name: 'Create contact' }).click();
  await page.getByRole('link', { name: 'Open that contact' }).click();
  await page.getByRole('heading', { name: new RegExp(firstName) }).waitFor();
});

test('they write a note and a task about the contact, and tick the task', async () => {
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Notes', exact: true }).click();
  await panel.getByText('No notes yet').waitFor();
  await panel.getByLabel('New note').fill('Afraid of drills.');
  await panel.getByLabel('New note').press('Control+Enter');
  const note = panel.getByTestId('note').filter({ hasText: 'Afraid of drills.' });
  await note.getByRole('button', { name: 'Pin above the others' }).click();
  await note.getByRole('button', { name: 'Unpin' }).waitFor();
  await page.screenshot({ path: `${shots}contact-notes.png` });

  await panel.getByRole('button', { name: 'Tasks', exact: true }).click();
  await panel.getByLabel('New task').fill('Call back');
  await panel.getByLabel('Due').fill('2030-03-01');
  await panel.getByRole('button', { name: 'Add task' }).click();
  await panel.getByTestId('task').getByText('Fri, Mar 1').waitFor();
  await page.screenshot({ path: `${shots}contact-tasks.png` });
  await panel.getByRole('checkbox', { name: 'Done: Call back' }).click();
  await panel.getByText('Nothing to do').waitFor();
  await panel.getByRole('button', { name: 'Done', exact: true }).click();
  await panel.getByRole('checkbox', { name: 'Open again: Call back' }).waitFor();
  await panel.getByRole('button', { name: 'Details', exact: true }).click();
});

test('they text the contact, who answers from the handset, and the answer appears by itself', async () => {
  const words = `Hello Maria, this is run ${run}`;
  const answer = `Hi! Seen run ${run} 👋`;
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  const composer = page.getByRole('textbox', { name: /^Text to/ });
  await composer.fill(words);
  await composer.press('Enter');
  const thread = page.getByRole('log');
  await thread.getByText(words).waitFor();
  await page.evaluate(() => {
    window.notReloaded = true;
  });

  const handset = await context.newPage();
  await handset.goto(`${env.OMNICRM_SANDBOX_URL}/handsets`);
  await handset.getByTestId(`handset-${phone}`).click();
  await handset.getByTestId('handset-message').filter({ hasText: words }).waitFor();
  await handset.getByTestId('handset-input').fill(answer);
  await handset.getByTestId('handset-send').click();
  await handset.getByTestId('handset-message').filter({ hasText: answer }).waitFor();
  await handset.screenshot({ path: `${shots}handset.png` });
  await handset.close();

  await page.bringToFront();
  await thread.getByText(answer).waitFor();
  await thread.getByTestId('message').filter({ hasText: words }).getByText('Delivered').waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true, 'the page was reloaded on the way');
  await page.screenshot({ path: `${shots}inbox-answered.png` });
});

test('STOP is honoured at once: the next text is held back and says why', async () => {
  const handset = await context.newPage();
  await handset.goto(`${env.OMNICRM_SANDBOX_URL}/handsets`);
  await handset.getByTestId(`handset-${phone}`).click();
  await handset.getByTestId('handset-input').fill('STOP');
  await handset.getByTestId('handset-send').click();
  await page.bringToFront();
  await page.getByText(/has opted out of texts/).waitFor();
  const composer = page.getByRole('textbox', { name: /^Text to/ });
  await composer.fill('Are you sure?');
  await composer.press('Enter');
  const held = page.getByTestId('message').filter({ hasText: 'Are you sure?' });
  await held.getByText('Held back').waitFor();
  assert.notEqual((await held.getByTestId('message-reason').textContent())?.trim(), '');
  await page.screenshot({ path: `${shots}inbox-held.png` });

  await handset.bringToFront();
  await handset.getByTestId('handset-input').fill('START');
  await handset.getByTestId('handset-send').click();
  await handset.close();
  await page.bringToFront();
  await page.getByText(/has opted out of texts/).waitFor({ state: 'detached' });
});

test('a deleted contact is back after Undo', async () => {
  await page.goto(`${base}/a/${account}/contacts?q=${encodeURIComponent(run)}`);
  const row = page.getByRole('row').filter({ hasText: firstName });
  await row
    .getByRole('button', { name: new RegExp(firstName) })
    .first()
    .click();
  await page.getByRole('button', { name: 'Delete contact' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
});

test('the console creates a sub-account, sees it become ready, suspends and resumes it', async () => {
  await page.goto(`${base}/agency/sub-accounts`);
  await page.getByRole('button', { name: 'New account' }).first().click();
  await page.getByLabel('Customer').fill(`Trial ${run}`);
  await page.getByLabel('Owner’s e-mail').fill(`owner@${run}.example`);
  await page.getByLabel('Country').selectOption('US');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('dialog').getByText('Setup').waitFor();
  await page.screenshot({ path: `${shots}console-provisioning.png` });
  const state = page.getByRole('dialog').getByTestId('sub-account-state');
  await state.getByText('Ready').waitFor({ timeout: 120_000 });
  await page.screenshot({ path: `${shots}console-ready.png` });
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await state.getByText('Suspended').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await state.getByText('Ready').waitFor({ timeout: 60_000 });
  await page.screenshot({ path: `${shots}console-resumed.png` });
});

const routes = [
  ['inbox', `/a/${account}/inbox`],
  ['contacts', `/a/${account}/contacts`],
  ['contact-new', `/a/${account}/contacts?contact=new`, '[role=dialog]'],
  ['api-keys', `/a/${account}/settings/api-keys`],
  ['sub-accounts', '/agency/sub-accounts'],
  ['agency-keys', '/agency/api-keys'],
  ['profile', '/profile'],
  ['not-found', '/a/nobody/inbox'],
];

for (const theme of ['light', 'dark'])
  for (const width of [1440, 768, 320])
    test(`every route is clean: ${theme}, ${width} px`, async () => {
      const look = watched(await context.newPage());
      await look.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await look.setViewportSize({ width, height: width === 320 ? 640 : 900 });
      for (const [name, path, also = 'main'] of routes) {
        await look.goto(base + path);
        await look.locator('main :is(h1, h2):visible').first().waitFor();
        await look.locator(also).first().waitFor();
        await settled(look);
        await look.screenshot({ path: `${shots}${name}-${width}-${theme}.png` });
        const wider = await look.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.equal(wider, 0, `${name} is ${wider} px wider than the screen`);
        await axe(look, name);
      }
      await look.close();
    });

test('the API reference works under its policy', async () => {
  const docs = watched(await context.newPage());
  await docs.goto(`${base}/api/docs/`);
  await docs.getByText('/api/v1/session').first().waitFor();
  await docs.screenshot({ path: `${shots}docs.png` });
  await docs.close();
});

test('signing out leads to the sign-in, which is clean too', async () => {
  await page.goto(`${base}/profile`);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByLabel('E-mail').waitFor();
  await axe(page, 'sign-in');
});

test('no page broke its Content Security Policy, and none threw', () => {
  assert.deepEqual(complaints, []);
});

function watched(opened) {
  opened.on('pageerror', (error) => complaints.push(`${opened.url()}: ${error}`));
  opened.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text()))
      complaints.push(`${opened.url()}: ${message.text()}`);
  });
  return opened;
}

/** Nothing is loading or moving any more: no skeleton is left, and nothing is half faded in. */
async function settled(opened) {
  await opened.waitForFunction(
    () =>
      !document.querySelector('main .animate-pulse-soft') &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
  );
}

async function axe(opened, name) {
  const { violations } = await new AxeBuilder({ page: opened })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** The shell assignments of .dev/env. */
function devEnv() {
  const file = new URL('../../.dev/env', import.meta.url);
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').matchAll(/^(?:export )?([A-Z_]+)='?(.*?)'?$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}
