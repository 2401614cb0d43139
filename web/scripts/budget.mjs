// The budgets of bytes, gzipped: what a first page loads, and what each route adds to it.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const kb = 1024;
const limits = { entry: 165 * kb, css: 25 * kb, route: 60 * kb };

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
const sum = (names) => [...names].reduce((total, name) => total + size(manifest[name].file), 0);

const entryName = Object.keys(manifest).find((name) => manifest[name].isEntry);
const entry = closure(entryName);
const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
const rows = [
  ['entry JS', sum(entry), limits.entry],
  ['all CSS', [...styles].reduce((total, file) => total + size(file), 0), limits.css],
];
for (const name of Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry)) {
  // What is there when it is asked for: the entry, and the screen that asks.
  const askers = Object.keys(manifest).filter((key) => manifest[key].dynamicImports?.includes(name));
  const there = new Set([...entry, ...(askers.length === 1 ? closure(askers[0]) : [])]);
  const added = [...closure(name)].filter((part) => !there.has(part));
  rows.push([name.replace('src/', ''), sum(added), limits.route]);
}

let over = false;
for (const [name, bytes, limit] of rows) {
  const bad = bytes > limit;
  over ||= bad;
  console.log(`${bad ? '✗' : '✓'} ${(bytes / kb).toFixed(1).padStart(7)} KB of ${limit / kb} KB  ${name}`);
}
if (over) process.exit(1);
