// Shows the built app with the fake API behind the server's own CSP, and takes
// a picture of every screen: width × theme × rows. Says each CSP violation, page
// error, axe finding and overflow. `npm run look` needs `npm run build` before.
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';

const root = new URL('../', import.meta.url).pathname;
const alias = { resolve: { alias: { '@': `${root}src` } }, configFile: false, root };
const { FakeApi, account } = (await runnerImport(`${root}src/testing/fake-api.ts`, alias)).module;
const only = process.argv[2];
const shots = `${root}e2e/screenshots/look`;
mkdirSync(shots, { recursive: true });

let api = new FakeApi();
const kinds = {
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  html: 'text/html',
  png: 'image/png',
};
const server = createServer(async (req, res) => {
  if (req.url.startsWith('/api/v1')) {
    const body = [];
    for await (const chunk of req) body.push(chunk);
    const answer = await api.handle(
      new Request(`http://${req.headers.host}${req.url}`, {
        method: req.method,
        headers: req.headers,
        body: body.length ? Buffer.concat(body) : undefined,
      }),
    );
    res.writeHead(answer.status, Object.fromEntries(answer.headers));
    return answer.body
      ? Readable.fromWeb(answer.body)
          .on('error', () => {})
          .pipe(res)
      : res.end();
  }
  const path = req.url.split('?')[0];
  const extension = path.split('.').at(-1);
  try {
    if (!kinds[extension]) throw new Error('a page');
    const file = readFileSync(`${root}dist${path}`);
    res.writeHead(200, { 'content-type': kinds[extension] });
    res.end(file);
  } catch {
    const nonce = 'bG9vaw';
    const brand = await (await api.handle(new Request('http://x/api/v1/brand'))).json();
    const page = readFileSync(`${root}dist/index.html`, 'utf8')
      .replaceAll('__NONCE__', nonce)
      .replaceAll('__TITLE__', 'Acme Growth')
      .replaceAll('__BOOT__', JSON.stringify({ brand: brand.colors ? brand : null, nonce }))
      .replaceAll('__THEME_CSS__', '');
    res.writeHead(200, {
      'content-type': 'text/html',
      'content-security-policy': `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    });
    res.end(page);
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});

const out = { signedIn: false };
const view = (name) => (page) => page.getByRole('button', { name, exact: true }).click();

const screens = [
  ['sign-in', '/sign-in', out],
  [
    'sign-in-wrong',
    '/sign-in',
    out,
    async (page) => {
      await page.getByLabel('E-mail').fill('dana@acme.example');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'sign-in-code',
    '/sign-in',
    out,
    async (page) => {
      await page.getByLabel('E-mail').fill('totp@acme.example');
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByLabel('Code').waitFor();
    },
  ],
  ['unknown-host', '/', { unknownHost: true }],
  [
    'invitation',
    '/invitation/abc',
    out,
    (page) => page.getByLabel('Choose a password').fill('correct horse'),
  ],
  ['invitation-gone', '/invitation/gone', out],
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
  ['contacts', `/a/${account}/contacts`, { contacts: 10_000 }],
  ['contacts-three', `/a/${account}/contacts`, { contacts: 3 }],
  ['contacts-empty', `/a/${account}/contacts`, { contacts: 0 }],
  ['contacts-none-fits', `/a/${account}/contacts?q=qqqq&tag=vip`],
  ['contacts-error', `/a/${account}/contacts`, { broken: /contacts$/ }],
  ['contact-edit', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`],
  ['contact-notes', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`, {}, view('Notes')],
  ['contact-tasks', `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-000000000004`, {}, view('Tasks')],
  [
    'contact-notes-none',
    `/a/${account}/contacts?contact=01920e5c-0002-7000-8000-00000000001e`,
    {},
    view('Notes'),
  ],
  [
    'contact-duplicate',
    `/a/${account}/contacts?contact=new`,
    {},
    async (page) => {
      await page.getByLabel('First name').fill('Maria');
      await page.getByLabel('Phone').fill('+14155551000');
      await page.getByRole('button', { name: 'Create contact' }).click();
      await page.getByText('already has this').waitFor();
    },
  ],
  ['keys', `/a/${account}/settings/api-keys`],
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
  ['sub-accounts', '/agency/sub-accounts'],
  ['sub-accounts-empty', '/agency/sub-accounts', { contacts: 0 }],
  ['sub-account-stalled', '/agency/sub-accounts?panel=lake-auto'],
  ['sub-account-new', '/agency/sub-accounts?create=true'],
  [
    'agency-keys',
    '/agency/api-keys',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('dialog').getByLabel('Name').waitFor();
    },
  ],
  ['profile', '/profile'],
  [
    'profile-totp',
    '/profile',
    {},
    async (page) => {
      await page.getByRole('button', { name: 'Set up' }).click();
      await page.getByRole('img', { name: /QR/ }).waitFor();
    },
  ],
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

let findings = 0;
const say = (text) => {
  findings += 1;
  console.log(text);
};
for (const [name, path, options = {}, act] of screens) {
  if (only && !name.includes(only)) continue;
  for (const width of [1440, 768, 320])
    for (const theme of ['light', 'dark']) {
      api = new FakeApi(options);
      if (options.broken)
        api.before = (_, url) =>
          options.broken.test(url)
            ? new Response('{"detail":"The database is away."}', { status: 503 })
            : undefined;
      const context = await browser.newContext({
        viewport: { width, height: width === 320 ? 640 : 900 },
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const at = `${name} ${width} ${theme}`;
      page.on('pageerror', (error) => say(`${at}: ${error}`));
      page.on(
        'console',
        (message) =>
          /Content Security Policy|unique "key"|Maximum update/.test(message.text()) &&
          say(`${at}: ${message.text().slice(0, 300)}`),
      );
      if (options.rtl)
        await page.addInitScript(() =>
          document.addEventListener('DOMContentLoaded', () => {
            document.documentElement.dir = 'rtl';
          }),
        );
      await page.goto(origin + path);
      await page.waitForLoadState('load');
      try {
        await page
          .locator('main :is(h1, h2):visible')
          .first()
          .waitFor({ timeout: options.broken ? 12_000 : 5000 });
        await act?.(page);
      } catch (error) {
        say(`${at}: ${String(error).slice(0, 300)}`);
      }
      await page.waitForTimeout(options.broken ? 4000 : 250);
      await page.screenshot({ path: `${shots}/${name}-${width}-${theme}.png` });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (overflow > 0) say(`${at}: ${overflow} px too wide`);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      for (const { id, nodes } of violations)
        say(
          `${at}: axe ${id}: ${nodes
            .map(({ html }) => html.slice(0, 160))
            .slice(0, 3)
            .join(' | ')}`,
        );
      await context.close();
    }
}
await browser.close();
server.close();
server.closeAllConnections();
console.log(findings === 0 ? 'look: nothing to mend' : `look: ${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
