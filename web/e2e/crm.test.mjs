// A day with the CRM, for real: a file out of HighLevel is imported and its error
// mended, a view is built, tagged and untagged, duplicates are merged, a colleague
// is held back to what is assigned to them, and the audit tells of all of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { axe, complaints, openBrowser, openContext, settled, shot, signIn, watched } from './lib/browser.mjs';
import { journey } from './lib/journey.mjs';
import { base, freshSubAccount, run } from './lib/stack.mjs';

const highLevel = new URL('../../modules/contact/testdata/highlevel.csv', import.meta.url);
const roleName = `Sales ${run}`;
const colleague = { name: 'Sam Okafor', email: `sam@${run}.example`, password: `violet-harbour-${run}-9` };
/** What workers do in their turn. */
const inTheirTurn = { timeout: 300_000 };

const step = journey();

let browser;
let home;
let page;
let sam;

before(async () => {
  const account = await freshSubAccount(`crm-${run}`, `Rossi & Friends ${run}`);
  home = `/a/${account}`;
  browser = await openBrowser();
  page = watched(await (await openContext(browser)).newPage());
  await signIn(page, `${home}/imports`);
});

after(async () => {
  await browser?.close();
});

step('the file out of HighLevel is understood, tried and imported but for one row', async () => {
  await page.getByLabel('CSV file').setInputFiles(highLevel.pathname);
  await page.getByRole('heading', { name: 'What the columns mean' }).waitFor();
  assert.equal(await page.getByLabel('What “Additional Phones” means').inputValue(), 'phone');
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('heading', { name: 'What would happen' }).scrollIntoViewIfNeeded();
  await look('crm-import-try');
  await page.getByRole('button', { name: 'Import 4 rows' }).click();
  await page.getByRole('heading', { name: 'All rows are through' }).waitFor(inTheirTurn);
  await look('crm-import-done');
});

step('the failed row is downloaded with its error, mended, and imported', async () => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download 1 failed row' }).click(),
  ]);
  const failed = await readFile(await download.path(), 'utf8');
  assert.match(failed, /Paul,Broken/);
  assert.doesNotMatch(failed, /Maria|James/);
  const mended = failed.replace(',12,', ',+14155552674,').replace('Paul,Broken', 'Paul,Mended');
  assert.notEqual(mended, failed, failed);
  await page.goto(`${base}${home}/imports`);
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'mended.csv', mimeType: 'text/csv', buffer: Buffer.from(mended) });
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Import 1 row', exact: true }).click();
  await page.getByRole('heading', { name: 'All rows are through' }).waitFor(inTheirTurn);
  assert.equal(await page.getByRole('link', { name: /^Download/ }).count(), 0);
  await page.getByRole('link', { name: 'See the contacts' }).click();
  for (const name of ['Maria Rossi', 'James O', 'Paul Mended', '+14155552673']) await row(name).waitFor();
  await look('crm-contacts');
});

step('a view is built of a filter, which says how many it lets in', async () => {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const filter = page.getByRole('region', { name: 'Filter' });
  await filter.getByRole('button', { name: 'Condition' }).click();
  await page.getByRole('combobox', { name: 'Add a condition' }).fill('last name');
  await page.keyboard.press('Enter');
  await filter.getByLabel('Last name: operator').selectOption({ label: 'is not empty' });
  await filter.getByText('3 contacts').waitFor();
  await look('crm-filter');
  await filter.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'What to do with the view' }).click();
  await page.getByRole('menuitem', { name: 'Save as a new view…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('With a name');
  await page.keyboard.press('Enter');
  await page.locator('button[aria-current=page]', { hasText: 'With a name' }).waitFor();
  await row('+14155552673').waitFor({ state: 'detached' });
  await look('crm-view');
});

step('all of the view are tagged, and that is undone', async () => {
  await page.getByRole('checkbox', { name: 'Select all that match' }).click();
  await page.getByRole('button', { name: 'Add tags' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Tags' }).fill('spring');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Add tags' }).click();
  const action = page.getByTestId('bulk-action');
  await action.getByText('3 contacts changed').waitFor(inTheirTurn);
  await row('Maria Rossi').getByText('spring').waitFor();
  await look('crm-bulk-tagged');
  await action.getByRole('button', { name: /^Undo/ }).click();
  await action.getByText('3 contacts put back').waitFor(inTheirTurn);
  await row('Maria Rossi').getByText('spring').waitFor({ state: 'detached' });
  await row('Maria Rossi').getByText('vip').waitFor();
  await look('crm-bulk-undone');
  await action.getByRole('button', { name: /^Dismiss/ }).click();
});

step('who is here twice is found, and merged with all that both had', async () => {
  await page.goto(`${base}${home}/contacts?contact=new`);
  await page.getByLabel('First name').fill('Mary');
  await page.getByLabel('Last name').fill('Rossi');
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill('maria+shop@rossi.example');
  await page.getByRole('button', { name: 'Create contact' }).click();
  await page.getByRole('button', { name: 'Delete contact' }).waitFor();
  // The finder hears of a contact a moment after it is made.
  const found = page.getByTestId('duplicates');
  for (
    const patience = Date.now() + inTheirTurn.timeout;
    Date.now() < patience && (await found.count()) === 0;
  ) {
    await page.goto(`${base}${home}/contacts/duplicates`);
    await found.or(page.getByText('No duplicates')).first().waitFor();
  }
  await found.getByText('same mailbox').waitFor();
  await look('crm-duplicates');
  await found.getByRole('button', { name: 'Merge' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge 2 contacts' });
  await dialog.getByRole('group', { name: 'First name' }).getByRole('radio', { name: 'Maria' }).check();
  await look('crm-merge');
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await page.getByText(/^2 contacts merged into/).waitFor();
  await page.getByText('No duplicates').waitFor();
  await page.goto(`${base}${home}/contacts`);
  await row('Maria Rossi').waitFor();
  assert.equal(await row('Mary').count(), 0);
  await row('Maria Rossi').getByRole('button', { name: 'Maria Rossi' }).click();
  await page.getByRole('button', { name: 'Delete contact' }).waitFor();
  await page.waitForFunction(
    (addresses) => {
      const shown = [...document.querySelectorAll('[role=dialog] input')].map(({ value }) => value);
      return addresses.every((address) => shown.includes(address));
    },
    ['maria@rossi.example', 'maria+shop@rossi.example', 'maria.rossi@home.example'],
  );
  await look('crm-merged');
});

step('a colleague comes in and sees everybody', async () => {
  await page.goto(`${base}/agency/people/roles?role=new`);
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill(roleName);
  await form.getByRole('radio', { name: /^Assigned to them/ }).check();
  await form.getByRole('button', { name: 'Create role' }).click();
  await form.getByRole('button', { name: 'Edit role' }).waitFor();
  await look('crm-role');

  await page.goto(`${base}${home}/people/invitations?invite=true`);
  await form.getByLabel('E-mail').fill(colleague.email);
  await form.getByLabel('Role').selectOption('account_user');
  await form.getByRole('button', { name: 'Invite' }).click();
  const link = await form.getByTestId('link').textContent();
  sam = watched(await (await openContext(browser)).newPage());
  await sam.goto(link);
  await sam.getByLabel('Your name').fill(colleague.name);
  await sam.getByLabel('Choose a password').fill(colleague.password);
  await sam.getByRole('button', { name: 'Join' }).click();
  await sam.getByRole('link', { name: 'Contacts' }).click();
  for (const name of ['Maria Rossi', 'James O', 'Paul Mended']) await row(name, sam).waitFor();
  await settled(sam);
  await shot(sam, 'crm-colleague-all');
});

step('held back to what is assigned to them, they see that alone', async () => {
  await page.goto(`${base}${home}/contacts`);
  await page.getByRole('checkbox', { name: 'Select Maria Rossi' }).click();
  await page.getByRole('button', { name: 'Assign an owner' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Owner').selectOption({ label: colleague.name });
  await dialog.getByRole('button', { name: 'Assign an owner' }).click();
  await page.getByTestId('bulk-action').getByText('1 contact changed').waitFor(inTheirTurn);
  await row('James O').getByRole('button', { name: /James/ }).click();
  await page.getByRole('button', { name: 'Delete contact' }).waitFor();
  const notTheirs = new URL(page.url()).search;

  await page.goto(`${base}${home}/people`);
  await page
    .getByLabel(`Role of ${colleague.name}`)
    .selectOption({ label: `${roleName} (assigned to them)` });
  await page.getByText(`${colleague.name} is ${roleName} now`).first().waitFor();
  await look('crm-people');

  await sam.goto(`${base}${home}/contacts`);
  await row('Maria Rossi', sam).getByText(colleague.name).waitFor();
  await sam.locator('[role=grid][aria-rowcount="2"]').waitFor(); // the head and one contact
  for (const name of ['James O', 'Paul Mended']) assert.equal(await row(name, sam).count(), 0);
  await settled(sam);
  await shot(sam, 'crm-colleague-assigned');
  await sam.goto(`${base}${home}/contacts${notTheirs}`);
  await sam
    .getByRole('dialog')
    .getByText(/Not found|not there/i)
    .first()
    .waitFor();
  await sam.goto(`${base}${home}/audit`);
  await sam.getByText('This is not open to you').waitFor();
});

step('the audit tells of all of it, whole and verified', async () => {
  await page.goto(`${base}${home}/audit`);
  const log = page.getByRole('region', { name: 'Changes' });
  await log.getByTestId('deed').first().waitFor();
  await look('crm-audit');
  const told = [
    ['import.*', /finished an import\s*mended.csv/],
    ['view.*', /added a view\s*With a name/],
    ['bulk.*', /undid a bulk action\s*add tags: spring/],
    ['contact.merged', 'merged contacts'],
  ];
  for (const [action, words] of told) {
    await page.goto(`${base}${home}/audit?action=${encodeURIComponent(action)}`);
    await log.getByTestId('deed').filter({ hasText: words }).first().waitFor();
  }
  await page.goto(`${base}${home}/audit?action=contact.updated&field=tags`);
  const tagged = log.getByTestId('deed').filter({ hasText: 'Maria Rossi' });
  await tagged.nth(1).waitFor(); // the tag, and its undo
  await tagged.first().getByRole('button').first().click();
  await tagged.first().getByRole('row', { name: /^tags/ }).getByText('spring').first().waitFor();
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText(/entries hold: none was changed/).waitFor();
  await look('crm-audit-verified');
  await axe(page, 'audit');
  await page.keyboard.press('Escape');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export with proof' }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines[0].type, 'omnicrm.audit.export');
  assert.equal(lines.at(-1).type, 'seal');
  assert.ok(lines.some(({ type }) => type === 'entry'));

  await page.goto(`${base}/agency/audit?action=member.*`);
  await page.getByTestId('deed').filter({ hasText: 'gave a member another role' }).first().waitFor();
  await look('crm-agency-audit');
});

test('no page broke its Content Security Policy, and none threw', () => {
  assert.deepEqual(complaints, []);
});

function row(text, at = page) {
  return at.getByRole('grid').getByRole('row').filter({ hasText: text });
}

async function look(name) {
  await settled(page);
  await shot(page, name);
}
