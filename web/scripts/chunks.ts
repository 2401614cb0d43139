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
const react = any(of('react', 'react-dom', 'scheduler'));

const entry = any(
  'vite/preload-helper',
  of('@tanstack', 'use-sync-external-store', 'openapi-fetch', 'get-nonce'),
  'lucide-react/dist/esm/(?!icons)',
  icons('building-complex', 'circle-exclamation-point', 'eye', 'eye-off', 'fingerprint-pattern'),
  icons('cloud-off', 'globe', 'info', 'lock', 'map-pin-off', 'search-x'),
  lib(
    'api',
    'boot',
    'cx',
    'face',
    'format',
    'go',
    'now',
    'search',
    'storage',
    'store',
    'stream/position',
    'theme',
    'toast',
  ),
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
  'src/app/',
  'src/routes/[a-z-]+\\.',
  'src/routes/shell/(error-page|not-found-page|root)\\.',
  'src/features/[a-z]+/(index|search)\\.',
  'src/features/branding/',
  'src/features/access/(api|model)\\.',
  'src/features/contact/model\\.',
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

/** What the stream of events speaks to and screens of contacts share: comes behind the first screen, or with theirs. */
const live = any(
  lib('stream'),
  'src/features/contact/(bulk|bulk-words|cell|notes|timeline)\\.',
  'src/features/task/api\\.',
);

/** What the shell and the screens inside it share. */
const shell = any(
  'src/(ui|lib)/',
  of('lucide-react'),
  'src/features/contact/(api|keys|list)\\.',
  'src/features/contact/components/(opted-out-badge|tag-chip)\\.',
  'src/features/conversation/(api|model)\\.',
  'src/features/(company|import|webhook)/keys\\.',
);

/** The sign-in, and what the other ways in share with it. */
const signIn = any(
  'src/features/access/(security|sso|use-countdown|use-short-form|webauthn)\\.',
  'src/features/access/screens/sign-in-screen\\.',
  'src/features/access/components/(code-form|credentials-form|entry-frame|other-ways|password-input)\\.',
  'src/features/access/components/(provider-buttons|sign-in-notice|sso-code)\\.',
);

export const chunks = [
  { name: 'react', test: react, priority: 5 },
  { name: 'entry', test: entry, priority: 4, includeDependenciesRecursively: false },
  { name: 'forms', test: forms, priority: 3 },
  { name: 'overlay', test: overlay, priority: 2, includeDependenciesRecursively: false },
  { name: 'live', test: live, priority: 2, includeDependenciesRecursively: false },
  { name: 'shell', test: shell, priority: 1, minShareCount: 2 },
  { name: 'sign-in', test: signIn, includeDependenciesRecursively: false },
];
