import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accountGroups, permissionGroups, permissionLabel } from './permissions';

const source = readFileSync('../modules/access/permission.go', 'utf8');
const known = [...source.matchAll(/Permission\s*=\s*"([a-z_.]+)"/g)].map(([, name = '']) => name);
const routes = JSON.parse(readFileSync('../apiserver/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { 'x-omnicrm-permission'?: string }>>;
};
const asked = Object.values(routes.paths)
  .flatMap((methods) => Object.values(methods))
  .flatMap((route) => route['x-omnicrm-permission'] ?? []);

test('every permission of the server is in one group, in words', () => {
  const grouped = permissionGroups.flatMap(({ permissions }) => permissions.map(({ value }) => value));
  expect(known.length).toBeGreaterThan(20);
  expect(new Set(grouped)).toEqual(new Set(known));
  expect(grouped).toHaveLength(known.length);
});

test('every permission that a route asks for has a label', () => {
  expect([...new Set(asked)].filter((name) => permissionLabel(name) === name)).toEqual([]);
});

test('what concerns the agency is in no group of a sub-account', () => {
  const account = accountGroups.flatMap(({ permissions }) => permissions.map(({ value }) => value));
  expect(account.filter((name) => name.startsWith('agency.'))).toEqual([]);
  expect(account).toContain('webhooks.manage');
});
