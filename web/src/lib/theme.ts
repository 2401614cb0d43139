import { remembered } from './storage';
import { createStore, useStore } from './store';

export type ThemeChoice = 'system' | 'light' | 'dark';

const saved = remembered('theme');
const systemDark = () => matchMedia('(prefers-color-scheme: dark)');
const choice = createStore<ThemeChoice>(parse(saved.get()));

export function useThemeChoice(): ThemeChoice {
  return useStore(choice);
}

export function chooseTheme(next: ThemeChoice): void {
  saved.set(next === 'system' ? null : next);
  choice.set(next);
  apply();
}

/** Follows the system while nothing was chosen. The first paint was decided in index.html. */
export function followSystemTheme(): void {
  systemDark().addEventListener('change', apply);
  apply();
}

function apply(): void {
  const current = choice.get();
  const dark = current === 'dark' || (current === 'system' && systemDark().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

function parse(text: string | null): ThemeChoice {
  return text === 'light' || text === 'dark' ? text : 'system';
}
