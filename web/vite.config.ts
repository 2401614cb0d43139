import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { chunks } from './scripts/chunks.ts';
import { brandStyle, devTemplate, dropComments, fakeApi, preloadToken } from './scripts/dev-server.ts';

const api = process.env.OMNICRM_URL ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    dropComments(),
    brandStyle(),
    preloadToken(),
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
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
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
    setupFiles: ['src/testing/browser.ts', 'src/testing/setup.ts'],
    restoreMocks: true,
    // What a test waits for comes when a busy machine gets to it: only what never comes fails it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
