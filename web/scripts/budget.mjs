// The budgets of bytes, gzipped: what every page starts with, what stays around each page of who is signed in, and
// what a screen adds to what is there when it is asked for.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const kb = 1024;
const limits = { entry: 125 * kb, css: 15 * kb, shell: 32 * kb, route: 60 * kb };

/** Pages of who is not signed in, or is asked one question: they stand without the shell. */
const alone = /access\/(screens\/(invitation|password-reset|consent)-screen|components\/entry-toaster)/;
const shellName = 'src/routes/shell/signed-in.tsx';

const manifestUrl = new URL('.vite/manifest.json', dist);
if (!existsSync(manifestUrl)) {
  console.error('Build first: npm run build');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestUrl, 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const next of manifest[name].imports ?? []) closure(next, seen);
  return seen;
}
const chunk = (name) => Object.keys(manifest).find((key) => manifest[key].name === name);
const sum = (names) => [...names].reduce((total, name) => total + size(manifest[name].file), 0);
const beyond = (names, there) => [...names].filter((name) => !there.has(name));

const entry = closure(chunk('entry'));
const shell = new Set([...entry, ...closure(shellName)]);
const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
const rows = [
  ['entry JS', sum(entry), limits.entry],
  ['all CSS', [...styles].reduce((total, file) => total + size(file), 0), limits.css],
  ['the sign-in', sum(beyond(closure(chunk('sign-in')), entry)), limits.route],
  ['the shell', sum(beyond(shell, entry)), limits.shell],
];
for (const name of Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && key !== shellName)) {
  // What is there when it is asked for: the entry, the shell, and the screen that asks.
  const askers = Object.keys(manifest).filter((key) => manifest[key].dynamicImports?.includes(name));
  const there = new Set([
    ...(alone.test(name) ? entry : shell),
    ...(askers.length === 1 ? closure(askers[0]) : []),
  ]);
  rows.push([name.replace('src/', ''), sum(beyond(closure(name), there)), limits.route]);
}

let over = false;
for (const [name, bytes, limit] of rows) {
  const bad = bytes > limit;
  over ||= bad;
  console.log(`${bad ? '✗' : '✓'} ${(bytes / kb).toFixed(1).padStart(7)} KB of ${limit / kb} KB  ${name}`);
}
if (over) process.exit(1);
