// The web's dependency rule: app → routes → features → ui → lib, each importing
// only what stands below it; features meet through their index.ts; no file is
// longer than 300 lines; a .tsx file exports one component.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

const src = new URL('../src/', import.meta.url).pathname;
const order = ['lib', 'ui', 'features', 'routes', 'app'];
const problems = [];

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.endsWith('.gen.ts')) continue;
  const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
  const file = relative(src, path);
  const text = readFileSync(path, 'utf8');
  const test = /\.test\.tsx?$/.test(file) || file.startsWith('testing/');

  const lines = text.split('\n').length;
  if (lines > 300 && !test) problems.push(`${file}: ${lines} lines; 300 is the most`);
  const components = [...text.matchAll(/^export (?:function|const) ([A-Z]\w*)/gm)].map(([, name]) => name);
  if (file.endsWith('.tsx') && !test && components.length > 1)
    problems.push(`${file}: exports ${components.join(' and ')}; one component a file`);
  if (test) continue;

  for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'((?:@\/|\.)[^']+)'/g)) {
    const to = target.startsWith('@/') ? target.slice(2) : relative(src, resolve(dirname(path), target));
    const [fromLayer, fromFeature] = file.split('/');
    const [toLayer, toFeature, ...inside] = to.split('/');
    if (order.indexOf(toLayer) > order.indexOf(fromLayer))
      problems.push(`${file}: ${fromLayer} must not import ${toLayer} (${target})`);
    const foreign = toLayer === 'features' && (fromLayer !== 'features' || fromFeature !== toFeature);
    if (foreign && inside.length > 0)
      problems.push(`${file}: import '@/features/${toFeature}', its only door, not ${target}`);
    if (toLayer === 'testing') problems.push(`${file}: what ships must not import what tests (${target})`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('layers: every import goes down');
