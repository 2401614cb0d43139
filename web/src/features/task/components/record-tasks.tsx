import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { ListTodo } from 'lucide-react';
import { useState } from 'react';
import { flatten, type Task } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';
import { undoable } from '@/lib/undo';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { RecordSkeleton } from '@/ui/record-skeleton';
import { Segmented } from '@/ui/segmented';
import { ShowMore } from '@/ui/show-more';
import { deleteTask, refreshTasks, type TaskStatus, tasksQuery } from '../api';
import { TaskForm } from './task-form';
import { TaskItem } from './task-item';

interface Props {
  account: string;
  of: Subject;
  canWrite: boolean;
}

const views = [
  { value: 'open', label: 'Open' },
  { value: 'done', label: 'Done' },
] as const;

/** What the team means to do for a contact or a company. */
export function RecordTasks({ account, of, canWrite }: Props) {
  const client = useQueryClient();
  const [status, setStatus] = useState<TaskStatus>('open');
  const list = useInfiniteQuery(tasksQuery(account, of, status));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const tasks = flatten(list.data).filter(({ id }) => !gone.has(id));
  const remove = (task: Task) => {
    setGone((ids) => new Set(ids).add(task.id));
    undoable({
      title: `“${task.title}” deleted`,
      commit: () => deleteTask(account, task).then(() => refreshTasks(client, account, subjectId(of))),
      revert: () => setGone((ids) => new Set([...ids].filter((id) => id !== task.id))),
    });
  };
  return (
    <>
      <div className="shrink-0 px-4 pt-3">
        <Segmented label="Which tasks" value={status} options={views} onChange={setStatus} />
      </div>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending ? (
          <RecordSkeleton />
        ) : list.error && tasks.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : tasks.length === 0 ? (
          <EmptyState icon={ListTodo} title={status === 'open' ? 'Nothing to do' : 'Nothing done yet'}>
            {status === 'open'
              ? 'Write down the next step with a day, and it waits at the top until it is ticked.'
              : 'Tasks that are ticked stand here, the last first.'}
          </EmptyState>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {tasks.map((task) => (
              <TaskItem
                key={task.id}
                account={account}
                of={of}
                task={task}
                canWrite={canWrite}
                onDelete={remove}
              />
            ))}
          </ul>
        )}
        <ShowMore list={list} label="More tasks" />
      </div>
      {canWrite && <TaskForm account={account} of={of} />}
    </>
  );
}
