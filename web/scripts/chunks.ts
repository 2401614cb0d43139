/*
 * What comes together. A phone on a slow line waits a round trip for each handful of files, so what several screens
 * share comes in a few files rather than in forty; but who only signs in waits for none of what the shell needs.
 *
 * The router knows each feature by its door, and behind the doors is much that no first page shows. So the entry is
 * said by name: whatever is not named here goes where it is used.
 */

/** Modules of node_modules; each takes what it needs along. */
const of = (...names: string[]) => `node_modules/(${names.join('|')})/`;
const icons = (...names: string[]) => `lucide-react/dist/esm/icons/(${names.join('|')})\\.`;
const lib = (...names: string[]) => `src/lib/(${names.join('|')})[./]`;
const ui = (...names: string[]) => `src/ui/(${names.join('|')})\\.`;
const any = (...parts: string[]) => new RegExp(parts.join('|'));

/** Half of what every page starts with, so that the halves come side by side. */
const react = any(of('react', 'react-dom', 'scheduler', 'use-sync-external-store'), 'rolldown/runtime');

const entry = any(
  'vite/preload-helper',
  of('@tanstack', 'openapi-fetch', 'get-nonce'),
  'lucide-react/dist/esm/(?!icons)',
  icons('building-complex', 'circle-exclamation-point', 'eye', 'eye-off', 'fingerprint-pattern'),
  lib('api', 'boot', 'cx', 'format', 'go', 'now', 'search', 'storage', 'store', 'theme', 'toast'),
  ui(
    'banner',
    'button',
    'control',
    'empty-state',
    'failure',
    'field',
    'input',
    'link-button',
    'skeleton',
    'spinner',
  ),
  'src/features/branding/components/brand-mark',
);

const forms = any(
  of('zod', 'react-hook-form', '@hookform'),
  lib('form', 'zod'),
  'src/features/access/schema\\.',
);

/** Whatever floats above the page or holds it still: no first screen waits for it (src/ui/overlays.ts). */
const overlay = any(
  of('radix-ui', '@radix-ui', '@floating-ui', 'aria-hidden', 'tslib'),
  of(
    'react-remove-scroll',
    'react-remove-scroll-bar',
    'react-style-singleton',
    'use-callback-ref',
    'use-sidecar',
  ),
  'src/ui/floating/',
);

/** Around each page of who is signed in: the shell, what the stream of events speaks to, and what screens share. */
const shell = any(
  'src/routes/shell/(account|connection|rail|shortcut|use|user)-',
  'src/routes/shell/rail\\.',
  'src/features/contact/(api|bulk|bulk-words|cell|keys|list|notes|subject|tasks|timeline)\\.',
  'src/features/contact/components/(opted-out-badge|tag-chip)\\.',
  'src/features/conversation/(api|model)\\.',
  'src/features/(company|import|webhook)/keys\\.',
);

/** The ways in. */
const ways = any(
  'src/features/access/(security|sso|webauthn)\\.',
  'src/features/access/components/(entry-frame|password-input|provider-buttons|sign-in-notice)\\.',
);

export const chunks = [
  { name: 'react', test: react, priority: 5 },
  { name: 'entry', test: entry, priority: 4 },
  { name: 'forms', test: forms, priority: 3 },
  { name: 'overlay', test: overlay, priority: 2, includeDependenciesRecursively: false },
  { name: 'shell', test: shell, priority: 1, includeDependenciesRecursively: false },
  { name: 'ui', test: any('src/(ui|lib)/', of('lucide-react')), minShareCount: 2 },
  { name: 'ways', test: ways, includeDependenciesRecursively: false },
];
