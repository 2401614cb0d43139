import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Repeat, Trash2 } from 'lucide-react';
import { membersQuery } from '@/features/access';
import { explain, type Task } from '@/lib/api';
import { cx } from '@/lib/cx';
import { useNow } from '@/lib/now';
import { type Subject, subjectId } from '@/lib/subject';
import { toast } from '@/lib/toast';
import { IconButton } from '@/ui/icon-button';
import { refreshTasks, tickTask } from '../api';
import { dueOf } from '../due';
import { repeatsText } from '../recurrence';

interface Props {
  account: string;
  of: Subject;
  task: Task;
  canWrite: boolean;
  onDelete: (task: Task) => void;
}

export function TaskItem({ account, of, task, canWrite, onDelete }: Props) {
  const client = useQueryClient();
  const now = useNow();
  const { data: members } = useQuery(membersQuery(account));
  const tick = useMutation({
    mutationFn: (done: boolean) => tickTask(account, task, done),
    onError: (error) => toast({ title: 'The task was not changed', detail: explain(error), tone: 'bad' }),
    onSettled: () => refreshTasks(client, account, subjectId(of)),
  });
  // The tick paints at once, before the server has heard of it.
  const done = tick.isPending ? tick.variables : Boolean(task.completed_at);
  const due = dueOf(task, now);
  const assignee = members?.find(({ id }) => id === task.assignee_id)?.name;
  return (
    <li className="flex items-start gap-2.5 px-4 py-2.5" data-testid="task">
      <input
        type="checkbox"
        aria-label={done ? `Open again: ${task.title}` : `Done: ${task.title}`}
        checked={done}
        disabled={!canWrite}
        onChange={(event) => !tick.isPending && tick.mutate(event.target.checked)}
        className="mt-1 size-4 shrink-0 accent-brand"
      />
      <div className="min-w-0 flex-1">
        <p className={cx('wrap-anywhere', done && 'text-ink-3 line-through')}>
          <Link
            to="/a/$account/tasks"
            params={{ account }}
            search={{ who: 'all', status: task.completed_at ? 'done' : undefined, task: task.id }}
            className="rounded-sm hover:underline"
          >
            {task.title}
          </Link>
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-ink-3 text-xs">
          {due && (
            <span className={cx(due.overdue && 'text-bad')}>
              {due.overdue ? `${due.text}, overdue` : due.text}
            </span>
          )}
          {assignee && <span>{assignee}</span>}
          {task.recurrence && <Repeat aria-label={repeatsText(task.recurrence)} size={12} />}
        </p>
      </div>
      {canWrite && <IconButton icon={Trash2} label="Delete task" onClick={() => onDelete(task)} />}
    </li>
  );
}
