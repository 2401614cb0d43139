import { fetchStream } from '@/routes/shell/use-account-stream';
import { fetchOverlays } from '@/ui/overlays';

/** Loads every lazy part, so that a test waits for what it tests and not for the compiler. */
export async function loadScreens(): Promise<void> {
  const parts = import.meta.glob([
    '/src/features/*/screens/*.tsx',
    '/src/features/*/components/*-panel.tsx',
    '/src/routes/shell/*.tsx',
  ]);
  await Promise.all([fetchOverlays(), fetchStream(), ...Object.values(parts).map((load) => load())]);
}
