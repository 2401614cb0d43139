import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { brandStyle, devTemplate, dropComments, fakeApi } from './scripts/dev-server.ts';

const api = process.env.OMNICRM_URL ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    dropComments(),
    brandStyle(),
    devTemplate(),
    ...(process.env.OMNICRM_FAKE ? [fakeApi()] : []),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server replaces the token in every tag that Vite writes.
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2022',
    manifest: true,
    sourcemap: false,
    // A data: font or image would need a looser policy and defeats caching.
    assetsInlineLimit: 0,
    // Every browser of the target knows modulepreload.
    modulePreload: { polyfill: false },
    // A phone on a slow line waits a round trip for each handful of files: what
    // several screens share comes in a few files rather than in forty.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'entry', tags: ['$initial'] },
            { name: 'forms', test: /node_modules\/(zod|react-hook-form|@hookform)\// },
            {
              name: 'ui',
              test: /src\/(ui|lib)\/|node_modules\/(lucide-react|radix-ui|@radix-ui)\//,
              minShareCount: 3,
            },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // acme.localhost must reach the API as acme.localhost: the host is the tenant.
    allowedHosts: ['.localhost'],
    proxy: process.env.OMNICRM_FAKE
      ? undefined
      : {
          '/api': { target: api, changeOrigin: false },
          '/sso': { target: api, changeOrigin: false },
          '/webhooks': { target: api, changeOrigin: false },
        },
  },
  test: {
    environment: 'jsdom',
    globals: false,
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
  },
});
