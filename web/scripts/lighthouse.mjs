// Lighthouse's mobile run of the two screens that people wait for most, over the
// built app: the median of three runs against the budgets. `npm run build` before.
import { createServer } from 'node:net';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { account, browserOptions, FakeApi, serve } from './fake-server.mjs';

const runs = 3;
/** Scores of 100; LCP and TBT in ms on Lighthouse's simulated slow phone. */
const budgets = {
  performance: { least: 95 },
  accessibility: { least: 95 },
  'best-practices': { least: 95 },
  'largest-contentful-paint': { most: 2000 },
  'total-blocking-time': { most: 150 },
  'cumulative-layout-shift': { most: 0.05 },
};
const screens = [
  ['sign-in', '/sign-in', { signedIn: false }],
  ['inbox', `/a/${account}/inbox`, {}],
];

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const measured = (report, name) =>
  report.categories[name] ? report.categories[name].score * 100 : report.audits[name].numericValue;

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const { origin, use, close } = await serve();
const browser = await chromium.launch({
  ...browserOptions,
  args: [...browserOptions.args, `--remote-debugging-port=${port}`],
});

let missed = 0;
for (const [name, path, options] of screens) {
  const reports = [];
  for (let run = 0; run < runs; run++) {
    use(new FakeApi(options));
    const { lhr } = await lighthouse(origin + path, {
      port,
      logLevel: 'error',
      onlyCategories: ['performance', 'accessibility', 'best-practices'],
    });
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    reports.push(lhr);
  }
  for (const [what, { least, most }] of Object.entries(budgets)) {
    const value = median(reports.map((report) => measured(report, what)));
    const bad = least === undefined ? value > most : value < least;
    missed += bad;
    const bound = least === undefined ? `at most ${most}` : `at least ${least}`;
    console.log(
      `${bad ? '✗' : '✓'} ${name.padEnd(8)} ${what.padEnd(26)} ${value.toFixed(2).padStart(8)}  ${bound}`,
    );
    if (bad && least !== undefined)
      for (const { id } of reports[0].categories[what].auditRefs)
        if (reports[0].audits[id].score !== null && reports[0].audits[id].score < 0.9)
          console.log(`    ${id}: ${reports[0].audits[id].displayValue ?? reports[0].audits[id].title}`);
  }
}
await browser.close();
close();
process.exitCode = missed === 0 ? 0 : 1;
