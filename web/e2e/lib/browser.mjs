// A real Chromium, and how its pages are watched, looked at and judged.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { base, env } from './stack.mjs';

/** How long anything may take to come: what is claimed is that it comes, on a machine however busy. */
const patience = 120_000;
const shots = new URL('../screenshots/', import.meta.url).pathname;

export function openBrowser() {
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    timeout: patience,
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
}

/** A person's own browser window: nothing of it is shared with another's. */
export async function openContext(browser) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patience);
  return context;
}

/** What went wrong in any watched page: a thrown error, a broken Content Security Policy. */
export const complaints = [];

export function watched(page) {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error}`));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

/** Opens a path, which asks who it is, and signs in there; by default as the agency's owner. */
export async function signIn(page, path, email = env.OMNICRM_EMAIL, password = env.OMNICRM_PASSWORD) {
  await page.goto(base + path);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** Does something while the page's clock, which stands, goes on at a twentieth of its pace: "Undo" waits for a busy machine. */
export async function inSlowMotion(page, act) {
  let over = false;
  const acting = act().finally(() => {
    over = true;
  });
  acting.catch(() => {}); // it is told below
  while (!over) {
    await page.clock.runFor(5);
    await new Promise((go) => setTimeout(go, 100));
  }
  return acting;
}

export async function shot(page, name) {
  await page.screenshot({ path: `${shots}${name}.png` });
}

/** Nothing is loading or moving any more: no skeleton is left, and nothing is half faded in. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      !document.querySelector('main .animate-pulse-soft') &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
  );
}

export async function axe(page, name) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
  assert.deepEqual(found, [], `axe on ${name}`);
}
