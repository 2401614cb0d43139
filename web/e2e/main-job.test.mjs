// The main job, for real, in Chromium against the running development stack:
// sign in, create a contact, text it, answer from the handset, see the answer
// appear; then the console; then every route × theme × width for axe, CSP and
// overflow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  axe,
  complaints,
  inSlowMotion,
  openBrowser,
  openContext,
  settled,
  shot,
  signIn,
  watched,
} from './lib/browser.mjs';
import { account, base, env, freshPhone, run } from './lib/stack.mjs';

const phone = freshPhone('415');
const firstName = `Maria ${run}`;

let browser;
let context;
let page;

before(async () => {
  browser = await openBrowser();
  context = await openContext(browser);
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
  await shot(page, 'sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /^Contacts/ }).waitFor();
});

test('they create a contact; the same number again names the contact who has it', async () => {
  await page.keyboard.press('c');
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Last name').fill('Lopez');
  await page.getByLabel('Phone', { exact: true }).fill(phone);
  await page.getByLabel('Tags').fill('new patient,');
  await page.getByRole('button', { name: 'Create contact' }).click();
  await page.getByRole('button', { name: 'Text', exact: true }).waitFor();
  await shot(page, 'contact');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: new RegExp(firstName) }).waitFor();

  await page.getByRole('button', { name: 'New contact' }).click();
  await page.getByLabel('First name').fill('Somebody else');
  await page.getByLabel('Phone', { exact: true }).fill(phone);
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
  await shot(page, 'contact-notes');

  await panel.getByRole('button', { name: 'Tasks', exact: true }).click();
  await panel.getByLabel('New task').fill('Call back');
  await panel.getByLabel('Due').fill('2030-03-01');
  await panel.getByRole('button', { name: 'Add task' }).click();
  await panel.getByTestId('task').getByText('Fri, Mar 1').waitFor();
  await shot(page, 'contact-tasks');
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
  await shot(handset, 'handset');
  await handset.close();

  await page.bringToFront();
  await thread.getByText(answer).waitFor();
  await thread.getByTestId('message').filter({ hasText: words }).getByText('Delivered').waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true, 'the page was reloaded on the way');
  await shot(page, 'inbox-answered');
});

test('STOP is honoured at once: the next text is held back and says why', async () => {
  const handset = await context.newPage();
  await handset.goto(`${env.OMNICRM_SANDBOX_URL}/handsets`);
  await handset.getByTestId(`handset-${phone}`).click();
  // Whom it answers is known with what it was sent.
  await handset.getByTestId('handset-message').first().waitFor();
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
  await shot(page, 'inbox-held');

  await handset.bringToFront();
  await handset.getByTestId('handset-input').fill('START');
  await handset.getByTestId('handset-send').click();
  // What is closed while it is being sent may not have been.
  await handset.locator('[data-direction=out]').filter({ hasText: 'START' }).waitFor();
  await handset.close();
  await page.bringToFront();
  await page.getByText(/has opted out of texts/).waitFor({ state: 'detached' });
});

test('a deleted contact is back after Undo', async () => {
  const own = watched(await (await openContext(browser)).newPage());
  await own.clock.install();
  await signIn(own, `/a/${account}/contacts?q=${encodeURIComponent(run)}`);
  const row = own.getByRole('row').filter({ hasText: firstName });
  await row
    .getByRole('button', { name: new RegExp(firstName) })
    .first()
    .click();
  const remove = own.getByRole('button', { name: 'Delete contact' });
  await remove.waitFor();
  await own.clock.pauseAt(Date.now() + 60_000);
  await inSlowMotion(own, async () => {
    await remove.click();
    await row.waitFor({ state: 'detached' });
    await own.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
  });
  await own.context().close();
});

test('the console creates a sub-account, sees it become ready, suspends and resumes it', async () => {
  await page.goto(`${base}/agency/sub-accounts`);
  await page.getByRole('button', { name: 'New account' }).first().click();
  await page.getByLabel('Customer').fill(`Trial ${run}`);
  await page.getByLabel('Owner’s e-mail').fill(`owner@${run}.example`);
  await page.getByLabel('Country').selectOption('US');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('dialog').getByText('Setup').waitFor();
  await shot(page, 'console-provisioning');
  const state = page.getByRole('dialog').getByTestId('sub-account-state');
  await state.getByText('Ready').waitFor({ timeout: 300_000 });
  await shot(page, 'console-ready');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await state.getByText('Suspended').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await state.getByText('Ready').waitFor({ timeout: 300_000 });
  await shot(page, 'console-resumed');
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
        await shot(look, `${name}-${width}-${theme}`);
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
  await shot(docs, 'docs');
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
