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
  server.resetHandlers();
  forgetReads();
  forgetUndo();
  toasts.set([]);
  sessionStorage.clear();
  localStorage.clear();
});
afterAll(() => server.close());

// What jsdom lacks and the app reads.
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: query.includes('min-width'),
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.hasPointerCapture = () => false;
// Rows are virtual: without a size none would be rendered.
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, get: () => 800 });
Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, get: () => 1200 });
// Node's Request takes jsdom's files for objects without content.
vi.stubGlobal(
  'Request',
  class extends Request {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      const { body } = init ?? {};
      super(
        input,
        body instanceof Blob ? ({ ...init, body: streamOf(body), duplex: 'half' } as RequestInit) : init,
      );
    }
  },
);

function streamOf(blob: Blob): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: async (controller) => {
      controller.enqueue(new Uint8Array(await blob.arrayBuffer()));
      controller.close();
    },
  });
}
