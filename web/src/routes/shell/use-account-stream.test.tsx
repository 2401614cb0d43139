import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noteRead } from '@/lib/stream/position';
import { FakeEventSource, installEventSource } from '@/testing/fake-event-source';
import * as code from './account-stream';
import { useAccountStream } from './use-account-stream';

const page = ['account', 'one', 'page'];

beforeEach(() => {
  vi.useFakeTimers();
  installEventSource();
  vi.stubGlobal('BroadcastChannel', undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function follow(fetch: () => Promise<typeof code>) {
  const client = new QueryClient();
  client.setQueryData(page, 'read before');
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return { client, ...renderHook(() => useAccountStream('one', fetch), { wrapper }) };
}

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('the first screen has the line to itself, and what happened meanwhile is read again', async () => {
  const fetch = vi.fn(async () => code);
  const { client, result } = follow(fetch);
  await wait(999);
  expect(fetch).not.toHaveBeenCalled();
  expect(result.current).toBe('live');
  await wait(1);
  expect(FakeEventSource.all).toHaveLength(1);
  expect(client.getQueryState(page)?.isInvalidated).toBe(false);
  act(() => FakeEventSource.latest.open());
  expect(client.getQueryState(page)?.isInvalidated).toBe(true);
});

test('where the answers said where the stream stood, it goes on from there and nothing is read again', async () => {
  const read = noteRead(new Request('https://crm.example/api/v1/sub-accounts/one/contacts'));
  const { client } = follow(async () => code);
  read(new Response('{}', { headers: { 'Stream-Position': '41' } }));
  await wait(1000);
  expect(FakeEventSource.latest.url).toMatch(/\/events\?last_event_id=41$/);
  act(() => FakeEventSource.latest.open());
  expect(client.getQueryState(page)?.isInvalidated).toBe(false);
});

test('whoever left before it came follows nothing', async () => {
  let come: (got: typeof code) => void = () => {};
  const { unmount } = follow(
    () =>
      new Promise((resolve) => {
        come = resolve;
      }),
  );
  await wait(1000);
  unmount();
  come(code);
  await wait(0);
  expect(FakeEventSource.all).toHaveLength(0);
});

test('a stream whose code does not come is told as lost and tried again', async () => {
  const fetch = vi.fn(async () => code).mockRejectedValueOnce(new Error('no network'));
  const { result } = follow(fetch);
  await wait(1000);
  expect(result.current).toBe('offline');
  await wait(5000);
  act(() => FakeEventSource.latest.open());
  expect(result.current).toBe('live');
});
