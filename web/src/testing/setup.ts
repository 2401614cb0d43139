import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { forgetReads } from '@/lib/stream/position';
import { toasts } from '@/lib/toast';
import { forgetUndo } from '@/lib/undo';
import { server } from './server';

// What is waited for comes when a busy machine gets to it.
configure({ asyncUtilTimeout: 60_000 });
// No notice goes, and no deed is done, while a slow test is on its way to "Undo".
vi.mock('@/lib/toast', async (original) => ({
  ...(await original<typeof import('@/lib/toast')>()),
  offer: 3_600_000,
}));

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  cleanup();
  document.body.removeAttribute('style'); // a dialog that was open keeps the pointer out
  server.resetHandlers();
  forgetReads();
  forgetUndo();
  toasts.set([]);
  sessionStorage.clear();
  localStorage.clear();
});
afterAll(() => server.close());
