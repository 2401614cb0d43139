import { createStore } from './store';

/** How long a notice stands unless it says otherwise, and "Undo" with it; in milliseconds. */
export const offer = 6000;

export interface ToastSpec {
  title: string;
  detail?: string;
  tone?: 'neutral' | 'good' | 'bad';
  action?: { label: string; run: () => void };
  /** Milliseconds; `offer` unless told. */
  duration?: number;
}

export interface ToastItem extends ToastSpec {
  id: number;
}

/** What the one Toaster of the page shows. */
export const toasts = createStore<ToastItem[]>([]);

let last = 0;

export function toast(spec: ToastSpec): number {
  last += 1;
  const item = { ...spec, id: last };
  toasts.set((items) => [...items.slice(-2), item]);
  return item.id;
}

export function dismissToast(id: number): void {
  toasts.set((items) => items.filter((item) => item.id !== id));
}
