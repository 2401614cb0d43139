import { useEffect } from 'react';
import { createStore, useStore } from '@/lib/store';

type Overlays = typeof import('./floating');

const loaded = createStore<Overlays | null>(null);
let asked: Promise<void> | undefined;

/** Brings the code of whatever floats: 35 KB that no first screen waits for. */
export function fetchOverlays(): Promise<void> {
  asked ??= import('./floating').then(
    (overlays) => loaded.set(overlays),
    () => {
      // Whoever opens something next asks again.
      asked = undefined;
    },
  );
  return asked;
}

/** Brings it with the first sign of a person, or when the first screen has had the line to itself for a while. */
export function fetchOverlaysSoon(): () => void {
  const signs = ['pointermove', 'pointerdown', 'keydown', 'focusin'];
  const fetch = () => void fetchOverlays();
  const timer = setTimeout(fetch, 1500);
  for (const sign of signs) addEventListener(sign, fetch, { once: true, passive: true });
  return () => {
    clearTimeout(timer);
    for (const sign of signs) removeEventListener(sign, fetch);
  };
}

/** The code of what floats, once it is here; what was opened before that appears with it. */
export function useOverlays(needed: boolean): Overlays | null {
  useEffect(() => {
    if (needed) void fetchOverlays();
  }, [needed]);
  return useStore(loaded);
}
