import { useState } from 'react';

/** Which rows are ticked, and which one the keyboard is at. What is no longer shown is no longer ticked. */
export function useSelection(ids: readonly string[]) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(-1);
  const selected = ids.filter((id) => ticked.has(id));
  const select = (id: string, on: boolean) =>
    setTicked((old) => new Set(on ? [...old, id] : [...old].filter((other) => other !== id)));
  const current = ids[Math.min(at, ids.length - 1)];
  return {
    selected,
    has: (id: string) => ticked.has(id),
    select,
    selectAll: (on: boolean) => setTicked(new Set(on ? ids : [])),
    current,
    move: (step: number) => setAt((old) => Math.max(0, Math.min(ids.length - 1, old + step))),
    toggleCurrent: () => current !== undefined && select(current, !ticked.has(current)),
  };
}
