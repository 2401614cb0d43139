import { remembered } from '@/lib/storage';
import { createStore, useStore } from '@/lib/store';

const saved = remembered('rail');
const collapsed = createStore(saved.get() === 'collapsed');

export function useRailCollapsed(): boolean {
  return useStore(collapsed);
}

export function toggleRail(): void {
  collapsed.set((now) => !now);
  saved.set(collapsed.get() ? 'collapsed' : null);
}
