import { Repeat } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { Member, Task } from '@/lib/api';
import { cx } from '@/lib/cx';
import { repeatsText } from '../recurrence';
import { AssigneePicker } from './assignee-picker';
import { DuePicker } from './due-picker';
import { SubjectLink } from './subject-link';

interface Props {
  account: string;
  task: Task;
  members: readonly Member[];
  canWrite: boolean;
  /** The keyboard is at it. */
  active: boolean;
  onFocus: () => void;
  onOpen: () => void;
  onTick: () => void;
  onMove: (day: string) => void;
  onAssign: (id: string | null) => void;
}

/** A task as a row of the list of all of them. */
export function TaskRow(props: Props) {
  const { account, task, members, canWrite, active, onFocus, onOpen, onTick, onMove, onAssign } = props;
  const done = Boolean(task.completed_at);
  // A button is pressed by Space too; in a list of tasks Space ticks.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !canWrite) return;
    event.preventDefault();
    onTick();
  };
  return (
    <li
      data-testid="task"
      data-at={active || undefined}
      onFocus={onFocus}
      className="flex items-start gap-2.5 border-line border-b px-4 py-1.5 hover:bg-sunken data-at:bg-brand-soft"
    >
      <input
        type="checkbox"
        aria-label={done ? `Open again: ${task.title}` : `Done: ${task.title}`}
        checked={done}
        disabled={!canWrite}
        onChange={onTick}
        className="mt-2 size-4 shrink-0 accent-brand"
      />
      <div className="flex min-w-0 flex-1 flex-col lg:flex-row lg:items-center lg:gap-3">
        <div className="flex min-w-0 flex-1 items-center gap-2">
          <button
            type="button"
            data-title
            onClick={onOpen}
            onKeyDown={onKeyDown}
            className={cx(
              'min-h-8 min-w-0 rounded-sm text-start lg:truncate',
              done && 'text-ink-3 line-through',
            )}
          >
            <bdi className="wrap-anywhere">{task.title}</bdi>
          </button>
          {task.recurrence && (
            <span title={repeatsText(task.recurrence)} className="shrink-0 text-ink-3">
              <Repeat aria-label={repeatsText(task.recurrence)} size={13} />
            </span>
          )}
        </div>
        {/* Narrow: one line below, the day first. Wide: columns, the day last. */}
        <div className="flex min-w-0 items-center gap-x-2 lg:contents">
          <span className="-ms-1.5 flex min-w-0 shrink-0 empty:hidden lg:order-last lg:ms-0 lg:w-44 lg:justify-end lg:empty:block">
            <DuePicker task={task} canWrite={canWrite} onPick={onMove} />
          </span>
          <span className="flex min-w-0 empty:hidden lg:w-44 lg:shrink-0 lg:empty:block">
            <SubjectLink account={account} task={task} />
          </span>
          <span className="ms-auto flex min-w-0 shrink-0 lg:ms-0 lg:w-40">
            <AssigneePicker task={task} members={members} canWrite={canWrite} onPick={onAssign} />
          </span>
        </div>
      </div>
    </li>
  );
}
