import { remembered } from './storage';

const saved = remembered('face');

/**
 * Fetches the app's typeface when the first screen stands, so that no text waits for it or shares the line with it.
 * Whoever has it in the cache has it from the first paint: see index.html.
 */
export function fetchFace(): void {
  const { dataset } = document.documentElement;
  if (dataset.face || !document.fonts) return;
  const fetch = async () => {
    const faces = await document.fonts.load('14px "Inter Variable"').catch(() => []);
    if (faces.length === 0) return;
    dataset.face = 'own';
    saved.set('own');
  };
  // Safari knows no idle time; the half second lets the screen's own requests go first.
  if ('requestIdleCallback' in window) requestIdleCallback(() => void fetch(), { timeout: 3000 });
  else setTimeout(() => void fetch(), 500);
}
