// Writes dist/preloads.json: what the page at a path needs first. The server names it in the page, so that a phone
// asks for the screen's code and its data together with the entry rather than after it has run.
import { readFileSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** What scripts/chunks.ts puts together under a name, a screen that it names included. */
const chunk = (name) => Object.keys(manifest).find((key) => manifest[key].name === name);
const shell = 'src/routes/shell/signed-in.tsx';
const screen = (path) => `src/features/${path}-screen.tsx`;
const session = '/api/v1/session';

/**
 * The first that fits is taken. `*` is one part of the path, `**` at the end whatever follows. `data` are reads of the
 * API for who has a session, `open` those for anybody, exactly as the screen asks for them; `*` in them is the path's.
 */
const pages = [
  { path: '/sign-in', parts: [chunk('sign-in')], open: ['/api/v1/session/providers'] },
  { path: '/invitation/*', parts: [screen('access/screens/invitation')] },
  { path: '/password-reset/*', parts: [screen('access/screens/password-reset')] },
  { path: '/oauth/consent', parts: [screen('access/screens/consent')], data: [session] },
  {
    path: '/a/*/inbox',
    parts: [shell, screen('conversation/screens/inbox')],
    data: [session, '/api/v1/sub-accounts/*/conversations?status=open&limit=50'],
  },
  { path: '/a/*/contacts', parts: [shell, screen('contact/screens/contacts')], data: [session] },
  { path: '/a/**', parts: [shell], data: [session] },
  { path: '/agency/sub-accounts', parts: [shell, screen('directory/screens/sub-accounts')], data: [session] },
  { path: '/agency/**', parts: [shell], data: [session] },
  { path: '/profile', parts: [shell, screen('access/screens/profile')], data: [session] },
  { path: '/', parts: [shell], data: [session] },
];

function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  if (!manifest[name]) throw new Error(`scripts/preloads.mjs names ${name}, which the build has not`);
  seen.add(name);
  for (const next of manifest[name].imports ?? []) closure(next, seen);
  return seen;
}

// The page names the entry and what it imports by itself.
const entry = closure(chunk('entry'));
const files = (parts) => {
  const names = new Set(parts.flatMap((part) => [...closure(part)]));
  return [...names].filter((name) => !entry.has(name)).map((name) => `/${manifest[name].file}`);
};
const rows = pages.map(({ path, parts, data = [], open = [] }) => ({
  path,
  scripts: files(parts),
  data,
  open,
}));
writeFileSync(new URL('preloads.json', dist), JSON.stringify(rows));
console.log(`dist/preloads.json: ${rows.length} pages`);
