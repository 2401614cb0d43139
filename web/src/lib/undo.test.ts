import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { offer, toasts } from './toast';
import { flushUndo, undoable } from './undo';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const spies = () => ({ title: 'Ada deleted', commit: vi.fn(() => Promise.resolve()), revert: vi.fn() });

test('the deed is done when the offer to undo has run out, not before', () => {
  const deed = spies();
  undoable(deed);
  vi.advanceTimersByTime(offer - 1);
  expect(deed.commit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(deed.commit).toHaveBeenCalledOnce();
  expect(toasts.get()).toEqual([]);
});

test('"Undo" puts it back and nothing is sent', () => {
  const deed = spies();
  undoable(deed);
  toasts.get()[0]?.action?.run();
  vi.advanceTimersByTime(offer * 2);
  expect(deed.revert).toHaveBeenCalledOnce();
  expect(deed.commit).not.toHaveBeenCalled();
});

test('leaving the page does what the person saw as done', () => {
  const deed = spies();
  undoable(deed);
  flushUndo();
  vi.advanceTimersByTime(offer);
  expect(deed.commit).toHaveBeenCalledOnce();
});

test('a deed that the server refuses is put back and said', async () => {
  const deed = { ...spies(), commit: vi.fn(() => Promise.reject(new Error('no'))) };
  undoable(deed);
  await vi.advanceTimersByTimeAsync(offer);
  expect(deed.revert).toHaveBeenCalledOnce();
  expect(toasts.get()[0]).toMatchObject({ tone: 'bad' });
});
