import { CalendarDays } from 'lucide-react';
import { useState } from 'react';
import type { Task } from '@/lib/api';
import { cx } from '@/lib/cx';
import { useNow } from '@/lib/now';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Popover } from '@/ui/popover';
import { dayIn, dueOf, later } from '../due';

interface Props {
  task: Task;
  canWrite: boolean;
  /** A calendar day of the task's zone; empty for none. */
  onPick: (day: string) => void;
}

/** When a task is due; pressed, it is put off or brought forward. */
export function DuePicker({ task, canWrite, onPick }: Props) {
  const now = useNow();
  const [open, setOpen] = useState(false);
  const due = dueOf(task, now);
  const text = due?.overdue ? (
    <>
      {due.text}
      <span className="sr-only">, overdue</span>
    </>
  ) : (
    due?.text
  );
  const look = cx('tabular truncate text-xs', due?.overdue ? 'text-bad' : 'text-ink-2');
  if (!canWrite) return due && <span className={look}>{text}</span>;
  const today = dayIn(new Date(now).toISOString(), task.timezone);
  const choices: [string, string][] = [
    ['Today', today],
    ['Tomorrow', later(today, 1)],
    ['Next Monday', later(today, 8 - (new Date(today).getUTCDay() || 7))],
  ];
  const pick = (day: string) => {
    setOpen(false);
    onPick(day);
  };
  return (
    <Popover
      label={`When “${task.title}” is due`}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          aria-label={due ? `Due ${due.text}: change` : 'Give it a day'}
          className={cx(
            'inline-flex h-7 max-w-full items-center gap-1.5 rounded-md px-1.5 hover:bg-hover',
            look,
            !due && 'text-ink-3',
          )}
        >
          <CalendarDays aria-hidden size={13} strokeWidth={1.75} className="shrink-0" />
          <span className={cx('truncate', !due && 'hidden sm:inline')}>{text ?? 'No date'}</span>
        </button>
      }
    >
      <div className="flex flex-col gap-1 p-2">
        {choices.map(([label, day]) => (
          <Button key={label} look="ghost" size="sm" className="justify-start" onClick={() => pick(day)}>
            {label}
          </Button>
        ))}
        <form
          className="flex gap-1"
          onSubmit={(event) => {
            event.preventDefault();
            const day = new FormData(event.currentTarget).get('day');
            if (typeof day === 'string' && day) pick(day);
          }}
        >
          <Input
            type="date"
            name="day"
            aria-label="Another day"
            defaultValue={task.due_at ? dayIn(task.due_at, task.timezone) : ''}
          />
          <Button type="submit">Set</Button>
        </form>
        {task.due_at && !task.recurrence && (
          <Button look="ghost" size="sm" className="justify-start" onClick={() => pick('')}>
            No date
          </Button>
        )}
      </div>
    </Popover>
  );
}
