import { explain } from './api';
import { dismissToast, offer, toast } from './toast';

interface Undoable {
  /** What was done, in the past tense: "Ada Lovelace deleted". */
  title: string;
  /** Does it for real. Runs once, after the window closed or when the page goes away. */
  commit: () => Promise<unknown>;
  /** Puts back what the page already shows as done. */
  revert: () => void;
}

/** The offers that stand: what makes each real. */
const pending = new Map<() => void, ReturnType<typeof setTimeout>>();

/**
 * Offers to undo what the page shows as done already, and does it for real
 * only when the offer has run out. Leaving the page commits, since the person
 * saw it as done.
 */
export function undoable({ title, commit, revert }: Undoable): void {
  const settle = once((undone: boolean) => {
    clearTimeout(timer);
    pending.delete(flush);
    dismissToast(shown);
    if (undone) return revert();
    commit().catch((error: unknown) => {
      revert();
      toast({ title: `${title}: this did not work`, detail: explain(error), tone: 'bad' });
    });
  });
  const flush = () => settle(false);
  const timer = setTimeout(flush, offer);
  pending.set(flush, timer);
  const shown = toast({
    title,
    duration: offer + 500,
    action: { label: 'Undo', run: () => settle(true) },
  });
}

/** Commits every pending change now. */
export function flushUndo(): void {
  for (const flush of [...pending.keys()]) flush();
}

/** Forgets all offers, for tests. */
export function forgetUndo(): void {
  for (const timer of pending.values()) clearTimeout(timer);
  pending.clear();
}

if (typeof window !== 'undefined') window.addEventListener('pagehide', flushUndo);

function once<A extends unknown[]>(fn: (...args: A) => void): (...args: A) => void {
  let done = false;
  return (...args) => {
    if (done) return;
    done = true;
    fn(...args);
  };
}
