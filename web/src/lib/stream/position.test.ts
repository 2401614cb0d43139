import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beginStream, forgetReads, noteRead } from './position';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  forgetReads();
});

const read = (path: string) => noteRead(new Request(`https://crm.example/api/v1${path}`));
const at = (position?: string) =>
  new Response('{}', { headers: position ? { 'Stream-Position': position } : {} });

test('a stream begins behind the earliest of what was read, whatever order the answers came in', async () => {
  const [one, two] = [read('/sub-accounts/a/contacts'), read('/sub-accounts/a/conversations?limit=50')];
  one(at('12-0a1b2c'));
  two(at('9-0a1b2c'));
  read('/sub-accounts/b/contacts')(at('3'));
  read('/session')(at('1'));
  read('/sub-accounts/a/notes')(at()); // a change says nothing
  expect(await beginStream('a', () => undefined)).toBe('9-0a1b2c');
  expect(await beginStream('b', () => undefined)).toBe('3');
});

test('it waits for what is being read', async () => {
  const answered = read('/sub-accounts/a/contacts');
  const began = beginStream('a', () => undefined);
  answered(at('10'));
  expect(await began).toBe('10');
});

test('a request that comes to nothing is not waited for', async () => {
  const answered = read('/sub-accounts/a/contacts');
  const began = beginStream('a', () => undefined);
  answered();
  expect(await began).toBeUndefined();
});

test.each([
  ['earlier', '9', 1],
  ['later', '11', 0],
])('a slow read is not waited for long; if it was %s, it is behind', async (_, position, behind) => {
  let told = 0;
  read('/sub-accounts/a/tasks')(at('10'));
  const slow = read('/sub-accounts/a/contacts');
  const began = beginStream('a', () => {
    told += 1;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(await began).toBe('10');
  slow(at(position));
  expect(told).toBe(behind);
});

test('what the page holds from before a stream that ended has missed something', async () => {
  read('/sub-accounts/a/contacts')(at('10'));
  await beginStream('a', () => undefined);
  read('/sub-accounts/a/contacts')(at('20'));
  expect(await beginStream('a', () => undefined)).toBeUndefined();
});
