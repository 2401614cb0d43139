import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

/** Below what browsers let an element be high: Chromium 33,554,428 px, Firefox half of that. */
const tallest = 15_000_000;

/** Without a scroll for this long, the thumb goes to where it belongs; in milliseconds. */
const rest = 140;

interface Place {
  /** What of the whole list stands at the upper edge, in pixels. */
  top: number;
  /** The scroller's own place: the same, until the list is too tall for it. */
  at: number;
  /** How much of the list is in sight, in pixels. */
  view: number;
}

interface Options {
  rows: number;
  /** Of each row, in pixels. */
  height: number;
  /** What stands above the rows and stays there, in pixels. */
  head: number;
}

export interface BigScroll {
  scroller: RefObject<HTMLDivElement | null>;
  /** The height that the rows' container has to have. */
  size: number;
  first: number;
  /** The first row below what is in sight. */
  end: number;
  /** How many whole rows fit. */
  fits: number;
  /** Where a row stands in its container. */
  offset: (row: number) => number;
  /** Brings a row into sight. */
  reveal: (row: number) => void;
}

/**
 * Scrolling over rows of one height, however many. A wheel and a finger move
 * the rows pixel by pixel at any length; the thumb reaches every row. What is
 * taller than a browser can lay out moves through a shorter container: its rows
 * are shifted against it, and the thumb is put right when the scrolling rests.
 */
export function useBigScroll({ rows, height, head }: Options): BigScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const full = rows * height;
  const size = Math.min(full, tallest);
  const scaled = full > tallest;
  const [place, setPlace] = useState<Place>({ top: 0, at: 0, view: 800 });
  const now = useRef({ place, full, size, scaled });
  now.current = { ...now.current, full, size, scaled };

  const put = useCallback((next: Place) => {
    now.current.place = next;
    setPlace(next);
  }, []);
  /** Moves the thumb to where it belongs, without moving the rows. */
  const settle = useCallback(
    (top: number) => {
      const element = scroller.current;
      if (!element) return;
      const { full: whole, size: short, scaled: isScaled, place: old } = now.current;
      const most = Math.max(0, whole - old.view);
      const to = Math.max(0, Math.min(most, top));
      const at = isScaled ? Math.round((to / most) * (short - old.view)) : to;
      flushSync(() => put({ ...old, top: to, at }));
      element.scrollTop = at;
    },
    [put],
  );

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout>;
    const onScroll = () => {
      const { place: old, full: whole, size: short, scaled: isScaled } = now.current;
      const at = element.scrollTop;
      if (at === old.at) return;
      if (!isScaled) return put({ ...old, top: at, at });
      const step = at - old.at;
      const most = whole - old.view;
      const top = Math.abs(step) < old.view ? old.top + step : (at / (short - old.view)) * most;
      flushSync(() => put({ ...old, top: Math.max(0, Math.min(most, top)), at }));
      clearTimeout(timer);
      const edge = at < old.view || at > short - 2 * old.view;
      timer = setTimeout(() => settle(now.current.place.top), edge ? 0 : rest);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      clearTimeout(timer);
    };
  }, [put, settle]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      const view = Math.max(height, element.offsetHeight - head);
      if (view !== now.current.place.view) put({ ...now.current.place, view });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [head, height, put]);

  // A list that got shorter, and one that is shown from its beginning again.
  useLayoutEffect(() => {
    const { place: old } = now.current;
    const most = Math.max(0, full - old.view);
    if (old.top > most) put({ ...old, top: most, at: Math.min(old.at, Math.max(0, size - old.view)) });
  }, [full, size, put]);

  const { top, at, view } = place;
  const reveal = useCallback(
    (row: number) => {
      const { place: old } = now.current;
      const from = row * height;
      if (from < old.top) settle(from);
      else if (from + height > old.top + old.view) settle(from + height - old.view);
    },
    [height, settle],
  );
  return {
    scroller,
    size,
    first: Math.max(0, Math.floor(top / height)),
    end: Math.min(rows, Math.ceil((top + view) / height)),
    fits: Math.max(1, Math.floor(view / height)),
    offset: (row) => row * height + (scaled ? at - top : 0),
    reveal,
  };
}
