import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEventSource, installEventSource } from '@/testing/fake-event-source';
import { followStream, type ServerEvent, type StreamStatus } from './index';

beforeEach(() => {
  vi.useFakeTimers();
  installEventSource();
  // One tab that leads itself: what the tabs tell each other has its own test below.
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.spyOn(Math, 'random').mockReturnValue(0); // waits are as short as they get
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function follow(name = 's') {
  const seen: { events: number[]; gaps: number; reaches: number; status: StreamStatus[] } = {
    events: [],
    gaps: 0,
    reaches: 0,
    status: [],
  };
  const stop = followStream({
    name,
    url: '/events',
    kinds: ['message.created'],
    onEvent: (event: ServerEvent) => seen.events.push(event.seq),
    onGap: () => {
      seen.gaps += 1;
    },
    onReach: () => {
      seen.reaches += 1;
    },
    onStatus: (status) => seen.status.push(status),
  });
  return { seen, stop };
}

test('events arrive once and in order, whatever is repeated', () => {
  const { seen } = follow();
  FakeEventSource.latest.open();
  for (const seq of [7, 8, 8, 7, 9]) FakeEventSource.latest.say(seq, 'message.created');
  expect(seen.events).toEqual([7, 8, 9]);
});

test('a changed reach is told although nothing happened, and ids may carry its mark', () => {
  const { seen } = follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.say('7-0a1b2c', 'message.created');
  FakeEventSource.latest.say('7-3d4e5f', 'reach.changed');
  FakeEventSource.latest.say('7-3d4e5f', 'message.created');
  FakeEventSource.latest.say('8-3d4e5f', 'message.created');
  expect(seen).toMatchObject({ events: [7, 8], reaches: 1, gaps: 1 });
});

test('a dropped connection resumes by Last-Event-ID: the server fills the gap, nothing is read again', () => {
  const { seen } = follow();
  const source = FakeEventSource.latest;
  source.open();
  source.say(1, 'message.created');
  source.drop();
  source.open();
  source.say(2, 'message.created');
  source.say(3, 'message.created');
  expect(seen.events).toEqual([1, 2, 3]);
  expect(seen.gaps).toBe(1); // the very first opening
  expect(seen.status).toEqual(['connecting', 'live', 'connecting', 'live']);
});

test('where the browser gives up, a new connection opens later and what was missed is read again', () => {
  const { seen } = follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.refuse();
  expect(seen.status.at(-1)).toBe('offline');
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(2);
  FakeEventSource.latest.open();
  expect(seen.gaps).toBe(2);
  expect(seen.status.at(-1)).toBe('live');
});

test('where the server cannot go on, what was missed is read again and lower numbers count anew', () => {
  const { seen } = follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(9, 'message.created');
  FakeEventSource.latest.say(4, 'reset', { reason: 'ahead' });
  FakeEventSource.latest.say(5, 'message.created');
  expect(seen.gaps).toBe(2);
  expect(seen.events).toEqual([9, 5]);
});

test('browsers that were refused at once do not all come back at once', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9);
  follow();
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1800);
  expect(FakeEventSource.all).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(FakeEventSource.all).toHaveLength(2);
});

test('a server that stays away is asked ever more seldom', () => {
  follow();
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1000);
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(2);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(3);
});

test('what cannot be read is left out, and the stream goes on', () => {
  const { seen } = follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.dispatchEvent(
    new MessageEvent('message.created', { data: '{broken', lastEventId: '1' }),
  );
  FakeEventSource.latest.say(2, 'message.created');
  expect(seen.events).toEqual([2]);
});

test('who stops following closes the connection', () => {
  const { stop } = follow();
  stop();
  expect(FakeEventSource.latest.readyState).toBe(FakeEventSource.CLOSED);
});

test('two tabs share one connection; when the first closes, the second takes over', async () => {
  vi.useRealTimers();
  const tabs = new Set<{ onmessage: ((note: { data: unknown }) => void) | null }>();
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      onmessage: ((note: { data: unknown }) => void) | null = null;
      constructor() {
        tabs.add(this);
      }
      postMessage(data: unknown) {
        for (const tab of tabs) if (tab !== this) tab.onmessage?.({ data });
      }
      close() {
        tabs.delete(this);
      }
    },
  );
  let turn: Promise<unknown> = Promise.resolve();
  vi.stubGlobal('navigator', {
    locks: {
      request: (_: string, __: object, lead: () => Promise<void>) => {
        turn = turn.then(lead);
        return turn;
      },
    },
  });
  const first = follow('shared');
  const second = follow('shared');
  await vi.waitFor(() => expect(FakeEventSource.all).toHaveLength(1));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(1, 'message.created');
  expect([first.seen.events, second.seen.events]).toEqual([[1], [1]]);

  first.stop();
  await vi.waitFor(() => expect(FakeEventSource.all).toHaveLength(2));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(2, 'message.created');
  expect(second.seen.events).toEqual([1, 2]);
  expect(second.seen.gaps).toBe(2);
  second.stop();
});
