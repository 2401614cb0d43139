// What a phone waits for on the two screens that people wait for most, over the built app. `npm run build` before.
//
// Gated, since no machine's load moves it: accessibility, best practices, layout shift, and what decides the largest
// paint: the bytes that come before it, in how many files, since each waits a round trip for itself and has its share of
// the line, and that the page itself names all of them, so that the line is asked twice (the page, then all the rest) and
// never a third time by code that had to run first. What blocks the thread is held by two counts: the elements that a
// phone's first screen has, and the formatters of Intl that were made for it, which are dear. Lighthouse's own timings
// hold the processor's time, which a shared machine makes what it likes: they are told, and gated with --timings.
import { createServer } from 'node:net';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { account, browserOptions, FakeApi, serve } from './fake-server.mjs';

const runs = 3;
/** How long a busy machine may take with any one thing, in ms. */
const patience = 120_000;
/** Lighthouse's slow phone: a round trip in ms, and bytes in one ms. */
const line = { trip: 150, speed: 1638.4 / 8 };
/** To look the name up, to connect, for the page, and for all that it names. */
const trips = 4;
/** Scores of 100; times in ms. */
const gates = {
  accessibility: { least: 100 },
  'best-practices': { least: 100 },
  'cumulative-layout-shift': { most: 0.05 },
};
const timings = {
  performance: { least: 95 },
  'total-blocking-time': { most: 150 },
};
/** `line`: what its bytes and round trips take, in ms; the rest of `paint` is the processor's. `files`: the page's too. */
const screens = [
  {
    name: 'sign-in',
    path: '/sign-in',
    options: { signedIn: false },
    shows: (page) => page.getByRole('heading', { name: 'Sign in', exact: true }),
    line: 1220,
    files: 7,
    paint: 1900,
    elements: 50,
    formats: 0,
  },
  {
    name: 'inbox',
    path: `/a/${account}/inbox`,
    options: {},
    shows: (page) => page.getByTestId('conversation').first(),
    line: 1365,
    files: 10,
    paint: 1980,
    elements: 200,
    formats: 4,
  },
];
/** Comes behind the screen: what floats above it, and what follows the stream of events. */
const behind = /^\/assets\/(floating|overlay|account-stream|live)-/;
const strict = process.argv.includes('--timings');

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const measured = (report, name) =>
  report.categories[name] ? report.categories[name].score * 100 : report.audits[name].numericValue;

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const browser = await chromium.launch({
  ...browserOptions,
  timeout: patience,
  args: [...browserOptions.args, `--remote-debugging-port=${port}`],
});

let missed = 0;
/** Says a figure beside its bound; `gated` decides whether a miss fails the run. */
function judge(screen, what, value, { least, most }, gated) {
  const bad = least === undefined ? value > most : value < least;
  if (bad && gated) missed += 1;
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`;
  const mark = bad ? (gated ? '✗' : '!') : '✓';
  console.log(
    `${mark} ${screen.padEnd(8)} ${what.padEnd(26)} ${value.toFixed(2).padStart(8)}  ${bound}${gated ? '' : ', not gated'}`,
  );
  return bad;
}

/** An origin of its own that nobody has visited: Lighthouse empties the cache, but not what a visit before remembered. */
async function visited({ path, options }, visit) {
  const { origin, use, close } = await serve();
  use(new FakeApi(options));
  const seen = await visit(origin + path, origin);
  close();
  return seen;
}

/** Opens a screen with an empty cache; answers what came before it stood, what only running code asked for, and the counts. */
async function firstVisit(address, origin, shows) {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.formats = 0;
    for (const name of ['DateTimeFormat', 'NumberFormat', 'RelativeTimeFormat', 'ListFormat', 'DisplayNames'])
      Intl[name] = new Proxy(Intl[name], {
        construct: (target, args) => {
          window.formats += 1;
          return new target(...args);
        },
      });
  });
  const network = await context.newCDPSession(page);
  const asked = new Map();
  const named = new Set();
  await network.send('Network.enable');
  network.on('Network.requestWillBeSent', ({ requestId, request, initiator, type }) => {
    const path = request.url.replace(origin, '');
    // The stream stays open, and the typeface and the icon come behind the screen.
    if (type === 'EventSource' || type === 'Font' || /\.svg$|\/events$/.test(path) || behind.test(path))
      return;
    asked.set(requestId, { path, late: initiator.type === 'script', bytes: 0 });
    if (initiator.type !== 'script') named.add(path);
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = asked.get(requestId);
    if (request) request.bytes = encodedDataLength;
  });
  await page.goto(address);
  await shows(page).waitFor();
  await page.waitForLoadState('load');
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  const counts = await page.evaluate(() => ({
    elements: document.body.querySelectorAll('*').length,
    formats: window.formats,
  }));
  await context.close();
  const all = [...asked.values()];
  const first = all.filter(({ late }) => !late);
  return {
    ...counts,
    files: first.length,
    bytes: first.reduce((sum, { bytes }) => sum + bytes, 0),
    late: all.filter(({ late, path }) => late && !named.has(path)).map(({ path }) => path),
  };
}

async function report(name, address) {
  for (let tries = 1; ; tries++) {
    const { lhr } = await lighthouse(address, {
      port,
      maxWaitForFcp: patience,
      maxWaitForLoad: patience,
      logLevel: 'error',
      onlyCategories: ['performance', 'accessibility', 'best-practices'],
    });
    if (!lhr.runtimeError) return lhr;
    if (tries === 3) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  }
}

for (const screen of screens) {
  const { name } = screen;
  const { bytes, files, late, elements, formats } = await visited(screen, (address, origin) =>
    firstVisit(address, origin, screen.shows),
  );
  console.log(`  ${name.padEnd(8)} ${(bytes / 1024).toFixed(1)} KB before it stands`);
  judge(name, 'line', trips * line.trip + bytes / line.speed, { most: screen.line }, true);
  judge(name, 'files', files, { most: screen.files }, true);
  judge(name, 'asked for by running code', late.length, { most: 0 }, true);
  judge(name, 'elements', elements, { most: screen.elements }, true);
  judge(name, 'formatters made', formats, { most: screen.formats }, true);
  for (const path of late) console.log(`    ${path}: name it in scripts/preloads.mjs`);

  const reports = [];
  for (let run = 0; run < runs; run++)
    reports.push(await visited(screen, (address) => report(name, address)));
  for (const [bounds, gated] of [
    [gates, true],
    [{ ...timings, 'largest-contentful-paint': { most: screen.paint } }, strict],
  ])
    for (const [what, bound] of Object.entries(bounds)) {
      const bad = judge(name, what, median(reports.map((one) => measured(one, what))), bound, gated);
      if (bad && reports[0].categories[what])
        for (const { id } of reports[0].categories[what].auditRefs) {
          const { score, displayValue, title } = reports[0].audits[id];
          if (score !== null && score < 0.9) console.log(`    ${id}: ${displayValue ?? title}`);
        }
    }
}
await browser.close();
process.exitCode = missed === 0 ? 0 : 1;
