import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explain, isProblem, type Task, type TaskInput } from '@/lib/api';
import { subjectId } from '@/lib/subject';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { deleteTask, refreshTasks, showTask, tickTask, updateTask } from './api';

/** Subjects come as null where there is none. */
const about = ({ contact_id, company_id }: Task) =>
  subjectId({ contact_id: contact_id || undefined, company_id: company_id || undefined });

/** In a row there are no fields to stand beside: what is said of them is told together. */
const why = (error: unknown) =>
  isProblem(error) && error.fields.length > 0
    ? error.fields.map(({ message }) => message).join(' ')
    : explain(error);

/**
 * What is done to tasks from a list of them. A tick and a deletion show at once and reach the server when the offer to
 * undo has run out: so the next one of a series is not made for a tick that is taken back.
 */
export function useTaskActions(account: string) {
  const client = useQueryClient();
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const hide = (id: string, on: boolean) =>
    setGone((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));

  const leave = (task: Task, title: string, commit: () => Promise<unknown>) => {
    hide(task.id, true);
    undoable({
      title,
      commit: async () => {
        await commit();
        await refreshTasks(client, account, about(task));
        hide(task.id, false);
      },
      revert: () => hide(task.id, false),
    });
  };
  const change = useMutation({
    mutationFn: ({ task, input }: { task: Task; input: TaskInput }) => updateTask(account, task, input),
    // The row moves before the server has heard of it.
    onMutate: ({ task, input }) => showTask(client, account, { ...task, ...input } as Task),
    onSuccess: (saved) => showTask(client, account, saved),
    onError: (error, { task }) => {
      showTask(client, account, task);
      toast({ title: 'The task was not changed', detail: why(error), tone: 'bad' });
    },
    onSettled: (_, __, { task }) => refreshTasks(client, account, about(task)),
  });
  return {
    gone,
    tick: (task: Task) => {
      const done = !task.completed_at;
      leave(task, `“${task.title}” ${done ? 'done' : 'opened again'}`, () => tickTask(account, task, done));
    },
    remove: (task: Task) => leave(task, `“${task.title}” deleted`, () => deleteTask(account, task)),
    change: (task: Task, input: TaskInput) => change.mutate({ task, input }),
  };
}
