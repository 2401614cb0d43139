import type { ReactNode } from 'react';
import type { Task } from '@/lib/api';
import { cx } from '@/lib/cx';
import type { TaskGroup } from '../group';

interface Props {
  groups: readonly TaskGroup[];
  /** There is more to load: the last group may not be whole. */
  more: boolean;
  row: (task: Task) => ReactNode;
}

/** Tasks below what they have in common: when they are due, or when they were done. */
export function TaskGroups({ groups, more, row }: Props) {
  return groups.map((group, n) => (
    <section key={group.key} aria-labelledby={`tasks-${group.key}`}>
      <h2
        id={`tasks-${group.key}`}
        className={cx(
          'sticky top-0 z-10 flex h-9 items-center gap-2 border-line border-b bg-page px-4 font-medium text-xs',
          group.key === 'overdue' ? 'text-bad' : 'text-ink-2',
        )}
      >
        {group.label}
        <span className="tabular font-normal text-ink-3">
          {new Intl.NumberFormat().format(group.tasks.length)}
          {more && n === groups.length - 1 && '+'}
        </span>
      </h2>
      <ul>{group.tasks.map(row)}</ul>
    </section>
  ));
}
