import { useMedia } from '@/lib/media';
import { remembered } from '@/lib/storage';
import { createStore, useStore } from '@/lib/store';

type Choice = 'collapsed' | 'open' | null;

const saved = remembered('rail');
const choice = createStore<Choice>(parse(saved.get()));
const roomy = '(min-width: 1024px)';

/** As the person chose; else collapsed where the page needs the room more. */
export function useRailCollapsed(): boolean {
  const wide = useMedia(roomy);
  return isCollapsed(useStore(choice), wide);
}

export function toggleRail(): void {
  const next = isCollapsed(choice.get(), matchMedia(roomy).matches) ? 'open' : 'collapsed';
  choice.set(next);
  saved.set(next);
}

function isCollapsed(chosen: Choice, wide: boolean): boolean {
  return chosen === null ? !wide : chosen === 'collapsed';
}

function parse(text: string | null): Choice {
  return text === 'collapsed' || text === 'open' ? text : null;
}
