import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { createStore, useStore } from './store';

/**
 * Something a person can do now. The palette lists it, the shortcut sheet
 * explains its keys, and the keyboard runs it: one registration for all three.
 */
export interface Command {
  id: string;
  title: string;
  /** Where it belongs: "Contacts", "Go to". */
  group: string;
  /** "j", "?", "mod+k", "shift+e", or a sequence "g c". */
  keys?: string;
  icon?: LucideIcon;
  /** More words under which the palette finds it. */
  words?: string;
  /** In the palette unless false: moving a selection makes no sense there. */
  palette?: boolean;
  run: () => void;
}

const registry = createStore<readonly Command[][]>([]);

/** The commands of every mounted part; what was mounted last comes first. */
export function useRegisteredCommands(): Command[] {
  return [...useStore(registry)].reverse().flat();
}

export function registeredCommands(): Command[] {
  return [...registry.get()].reverse().flat();
}

/** Offers commands while the caller is mounted. `run` always sees the latest render. */
export function useCommands(commands: Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const signature = commands
    .map(({ id, title, group, keys }) => [id, title, group, keys].join('\t'))
    .join('\n');
  useEffect(() => {
    void signature;
    const stable = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find(({ id }) => id === command.id)?.run(),
    }));
    registry.set((all) => [...all, stable]);
    return () => registry.set((all) => all.filter((entry) => entry !== stable));
  }, [signature]);
}
