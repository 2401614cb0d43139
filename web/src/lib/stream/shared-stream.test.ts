import { waitFor } from '@testing-library/react';
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

async function follow(name = 's', position?: string) {
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
    begin: async () => position,
    onEvent: (event: ServerEvent) => seen.events.push(event.seq),
    onGap: () => {
      seen.gaps += 1;
    },
    onReach: () => {
      seen.reaches += 1;
    },
    onStatus: (status) => seen.status.push(status),
  });
  // The stream is opened once it is known from where.
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return { seen, stop };
}

test('events arrive once and in order, whatever is repeated', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  for (const seq of [7, 8, 8, 7, 9]) FakeEventSource.latest.say(seq, 'message.created');
  expect(seen.events).toEqual([7, 8, 9]);
});

test('a changed reach is told although nothing happened, and ids may carry its mark', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.say('7-0a1b2c', 'message.created');
  FakeEventSource.latest.say('7-3d4e5f', 'reach.changed');
  FakeEventSource.latest.say('7-3d4e5f', 'message.created');
  FakeEventSource.latest.say('8-3d4e5f', 'message.created');
  expect(seen).toMatchObject({ events: [7, 8], reaches: 1, gaps: 1 });
});

test('a dropped connection resumes by Last-Event-ID: the server fills the gap, nothing is read again', async () => {
  const { seen } = await follow();
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

test('where the browser gives up, a new connection goes on behind the last event', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.say('7-0a1b2c', 'message.created');
  FakeEventSource.latest.refuse();
  expect(seen.status.at(-1)).toBe('offline');
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(2);
  expect(FakeEventSource.latest.url).toBe('/events?last_event_id=7-0a1b2c');
  FakeEventSource.latest.open();
  expect(seen.gaps).toBe(1); // the very first opening
  expect(seen.status.at(-1)).toBe('live');
});

test('where nothing is known from which to go on, what was missed is read again', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.latest.url).toBe('/events');
  FakeEventSource.latest.open();
  expect(seen.gaps).toBe(2);
});

test('a stream begins where the page was read, and nothing is read again', async () => {
  const { seen } = await follow('s', '41');
  expect(FakeEventSource.latest.url).toBe('/events?last_event_id=41');
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(42, 'message.created');
  expect(seen).toMatchObject({ events: [42], gaps: 0 });
});

test('who is refused for long begins anew', async () => {
  await follow('s', '41');
  for (let wait = 1000; wait <= 32_000; wait *= 2) {
    expect(FakeEventSource.latest.url).toBe('/events?last_event_id=41');
    FakeEventSource.latest.refuse();
    vi.advanceTimersByTime(wait);
  }
  expect(FakeEventSource.latest.url).toBe('/events');
});

test('where the server cannot go on, what was missed is read again and lower numbers count anew', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(9, 'message.created');
  FakeEventSource.latest.say(4, 'reset', { reason: 'ahead' });
  FakeEventSource.latest.say(5, 'message.created');
  expect(seen.gaps).toBe(2);
  expect(seen.events).toEqual([9, 5]);
});

test('browsers that were refused at once do not all come back at once', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9);
  await follow();
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1800);
  expect(FakeEventSource.all).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(FakeEventSource.all).toHaveLength(2);
});

test('a server that stays away is asked ever more seldom', async () => {
  await follow();
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1000);
  FakeEventSource.latest.refuse();
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(2);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.all).toHaveLength(3);
});

test('what cannot be read is left out, and the stream goes on', async () => {
  const { seen } = await follow();
  FakeEventSource.latest.open();
  FakeEventSource.latest.dispatchEvent(
    new MessageEvent('message.created', { data: '{broken', lastEventId: '1' }),
  );
  FakeEventSource.latest.say(2, 'message.created');
  expect(seen.events).toEqual([2]);
});

test('who stops following closes the connection', async () => {
  const { stop } = await follow();
  stop();
  expect(FakeEventSource.latest.readyState).toBe(FakeEventSource.CLOSED);
});

/** What the tabs of one browser share: a channel, and a lock that goes to the next one. */
function installTabs() {
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
}

test('two tabs share one connection; when the first closes, the second goes on behind what it heard', async () => {
  installTabs();
  const first = await follow('shared');
  const second = await follow('shared');
  await waitFor(() => expect(FakeEventSource.all).toHaveLength(1));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(1, 'message.created');
  expect([first.seen.events, second.seen.events]).toEqual([[1], [1]]);

  first.stop();
  await waitFor(() => expect(FakeEventSource.all).toHaveLength(2));
  expect(FakeEventSource.latest.url).toBe('/events?last_event_id=1');
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(2, 'message.created');
  expect(second.seen.events).toEqual([1, 2]);
  expect(second.seen.gaps).toBe(1); // the first's opening
  second.stop();
});

test('a tab that joins reads again where the stream is beyond what it read, and else not', async () => {
  installTabs();
  const first = await follow('joined', '40');
  await waitFor(() => expect(FakeEventSource.all).toHaveLength(1));
  FakeEventSource.latest.open();
  FakeEventSource.latest.say(41, 'message.created');
  const [late, early, unknown] = [
    await follow('joined', '41'),
    await follow('joined', '40'),
    await follow('joined'),
  ];
  FakeEventSource.latest.say(42, 'message.created');
  expect([first, late, early, unknown].map(({ seen }) => seen.gaps)).toEqual([0, 0, 1, 1]);
  expect([late, early, unknown].map(({ seen }) => seen.events)).toEqual([[42], [42], [42]]);
  for (const tab of [unknown, early, late, first]) tab.stop();
});
