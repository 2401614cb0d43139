import { Plus } from 'lucide-react';
import { type RefObject, useRef } from 'react';
import type { Task } from '@/lib/api';
import { useCommands } from '@/lib/commands';

interface Options {
  rows: readonly Task[];
  at: number;
  setAt: (at: number) => void;
  canWrite: boolean;
  onCreate: () => void;
  onOpen: (task: Task) => void;
  onTick: (task: Task) => void;
}

/** The keys of the list of tasks. Answers whether the keyboard moved last, and not the pointer. */
export function useTaskKeys(options: Options): RefObject<boolean> {
  const { rows, at, setAt, canWrite, onCreate, onOpen, onTick } = options;
  const keyed = useRef(false);
  const move = (step: number) => {
    keyed.current = true;
    setAt(Math.max(0, Math.min(rows.length - 1, at + step)));
  };
  const current = rows[at];
  const group = 'Tasks';
  const hidden = { group, palette: false };
  useCommands([
    ...(canWrite
      ? [{ id: 'task.create', title: 'Write down a task', group, keys: 'c', icon: Plus, run: onCreate }]
      : []),
    { id: 'task.next', title: 'Next task', keys: 'j', ...hidden, run: () => move(1) },
    { id: 'task.previous', title: 'Previous task', keys: 'k', ...hidden, run: () => move(-1) },
    {
      id: 'task.open',
      title: 'Open the task',
      keys: 'enter',
      ...hidden,
      run: () => current && onOpen(current),
    },
    ...(canWrite
      ? [
          {
            id: 'task.tick',
            title: 'Tick the task, or take the tick back',
            keys: 'space',
            ...hidden,
            run: () => current && onTick(current),
          },
        ]
      : []),
  ]);
  return keyed;
}
