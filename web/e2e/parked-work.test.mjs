// Work that failed for good, for real: the carrier takes a text and breaks off,
// then answers nobody who asks. The job that asks is parked, stands in the
// console with its error, and is done once it is replayed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, complaints, openBrowser, openContext, settled, shot, signIn, watched } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';
import { account, base, freshPhone, run, tellCarrier } from './lib/stack.mjs';

const phone = freshPhone('212');
const firstName = `Paul ${run}`;
const words = `Are you there, run ${run}?`;
// A job waits the carrier's timeout (15 s) before it asks, and fails three times.
const untilParked = { timeout: 300_000 };

const step = journey();

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = watched(await (await openContext(browser)).newPage());
  await signIn(page, `/a/${account}/contacts?contact=new`);
});

after(async () => {
  await tellCarrier('DELETE', 'faults');
  await tellCarrier('DELETE', 'callbacks');
  await browser?.close();
});

step('the carrier breaks off over a text, which then says that nobody knows', async () => {
  await page.getByLabel('First name').fill(firstName);
  await page.getByLabel('Phone', { exact: true }).fill(phone);
  await page.getByRole('button', { name: 'Create contact' }).click();
  await tellCarrier('POST', 'callbacks', { mode: 'dropped', number: phone });
  await tellCarrier('POST', 'faults', {
    kind: 'disconnect',
    method: 'POST',
    path: '/Messages',
    number: phone,
    count: 1,
  });
  await tellCarrier('POST', 'faults', { kind: 'error', method: 'GET', path: '/Messages', number: phone });
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  const composer = page.getByRole('textbox', { name: /^Text to/ });
  await composer.fill(words);
  await composer.press('Enter');
  await sent()
    .getByText(/could not be asked since/)
    .waitFor(untilParked);
  await shot(page, 'parked-text');
});

step('the console names the sub-account, and there the job with its error', async () => {
  await page.goto(`${base}/agency/parked-work`);
  const row = page.getByRole('list', { name: 'Sub-accounts with parked work' }).getByRole('listitem').first();
  await row.getByText(/failed job/).waitFor();
  await settled(page);
  await axe(page, 'parked work');
  await shot(page, 'parked-agency');
  await row.getByRole('link').click();
  await parked().getByText('The carrier').first().waitFor();
  await parked().getByText('3 attempts').waitFor();
  await parked().getByText('Details').click();
  await parked()
    .getByText(/carrier\./)
    .first()
    .waitFor();
  await axe(page, 'background work');
  await shot(page, 'parked-job');
});

step('replayed while the carrier still fails, it is tried again and parked again', async () => {
  const failedAt = () => parked().locator('time').first().getAttribute('datetime');
  const before = await failedAt();
  await replay();
  await parked()
    .locator(`time:not([datetime="${before}"])`)
    .first()
    .waitFor({ state: 'attached', ...untilParked });
  assert.ok((await failedAt()) > before);
});

step('the carrier is well again: replayed, the job is done and the text was delivered, once', async () => {
  await tellCarrier('DELETE', 'faults');
  await replay();
  await page.getByText('Nothing failed').waitFor();
  await shot(page, 'parked-replayed');
  await page.goto(`${base}/agency/parked-work`);
  await page.getByText('Nothing waits for you').waitFor();

  await page.goto(`${base}/a/${account}/inbox`);
  await page.getByRole('link', { name: new RegExp(firstName) }).click();
  await sent().getByText('Delivered').waitFor(untilParked);
  await shot(page, 'parked-delivered');
  const { messages } = await tellCarrier('GET', `ledger?handset=${encodeURIComponent(phone)}`);
  assert.deepEqual(
    messages.map(({ body }) => body),
    [words],
  );
});

test('no page broke its Content Security Policy, and none threw', () => {
  assert.deepEqual(complaints, []);
});

function sent() {
  return page.getByTestId('message').filter({ hasText: words });
}

function parked() {
  return page.getByTestId('parked').filter({ hasText: 'Ask the carrier about a text' });
}

async function replay() {
  await parked()
    .getByRole('button', { name: /^Replay/ })
    .click();
  await page.getByText('1 is under way again').first().waitFor();
}
