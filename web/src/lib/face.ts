import { remembered } from './storage';

const saved = remembered('face');

/** What the first screen still reads has the line to itself for so long, in milliseconds. */
const patience = 3000;

/**
 * Fetches the app's typeface when the first screen stands, so that no text waits for it or shares the line with it.
 * It is put on when `atNext` says that another screen comes, or when nobody looks: never on what somebody reads.
 * Whoever has it in the cache has it from the first paint: see index.html.
 */
export function fetchFace(atNext: (put: () => void) => void): void {
  const { dataset } = document.documentElement;
  if (dataset.face || !document.fonts) return;
  const put = () => {
    dataset.face = 'own';
  };
  const fetch = async () => {
    const faces = await document.fonts.load('14px "Inter Variable"').catch(() => []);
    if (faces.length === 0) return;
    saved.set('own');
    atNext(put);
    document.addEventListener('visibilitychange', put, { once: true });
  };
  setTimeout(() => void fetch(), patience);
}
