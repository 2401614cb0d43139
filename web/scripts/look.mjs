// Takes a picture of every scene in scripts/scenes: width × theme. Says each CSP
// violation, page error, axe finding and overflow. `npm run look` needs
// `npm run build` before; `npm run look PATTERN` takes the scenes whose name it fits.
import { mkdirSync, readdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { browserOptions, FakeApi, serve } from './fake-server.mjs';

const only = new RegExp(process.argv[2] ?? '');
const shots = new URL('../e2e/screenshots/look', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

const rooms = readdirSync(new URL('scenes', import.meta.url)).sort();
const scenes = (await Promise.all(rooms.map((room) => import(`./scenes/${room}`)))).flatMap(
  (room) => room.default,
);
const { origin, use, close } = await serve();
const browser = await chromium.launch(browserOptions);

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const violationsOf = async (page) => (await new AxeBuilder({ page }).withTags(tags).analyze()).violations;

let findings = 0;
const say = (text) => {
  findings += 1;
  console.log(text);
};
for (const [name, path, options = {}, act] of scenes) {
  if (!only.test(name)) continue;
  for (const width of [1440, 768, 320])
    for (const theme of ['light', 'dark']) {
      const api = new FakeApi(options);
      use(api);
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
      try {
        for (const { id, nodes } of await violationsOf(page))
          say(
            `${at}: axe ${id}: ${nodes
              .map(({ html }) => html.slice(0, 160))
              .slice(0, 3)
              .join(' | ')}`,
          );
      } catch (error) {
        say(`${at}: axe did not run: ${String(error).slice(0, 300)}`);
      }
      await context.close();
    }
}
await browser.close();
close();
console.log(findings === 0 ? 'look: nothing to mend' : `look: ${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
