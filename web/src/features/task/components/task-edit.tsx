import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { membersQuery } from '@/features/access';
import { explain, isProblem, type Task } from '@/lib/api';
import { subjectId } from '@/lib/subject';
import { toast } from '@/lib/toast';
import { Banner } from '@/ui/banner';
import { PanelForm } from '@/ui/panel-form';
import { StaleNotice } from '@/ui/stale-notice';
import { refreshTasks, showTask, taskQuery, updateTask } from '../api';
import { clashes, patchOf, refusals, toForm } from '../form';
import { type TaskForm, taskSchema } from '../schema';
import { TaskFields } from './task-fields';

interface Props {
  account: string;
  task: Task;
  /** Stands above the fields: whom it is about. */
  head: ReactNode;
  actions: ReactNode;
  onDone: () => void;
}

/** Changes a task: what somebody else changed meanwhile is never overwritten unseen. */
export function TaskEdit({ account, task, head, actions, onDone }: Props) {
  const client = useQueryClient();
  const { data: members = [] } = useQuery(membersQuery(account));
  // What was on the screen when the editing began: live changes must not slip in unseen.
  const [base, setBase] = useState(task);
  const [theirs, setTheirs] = useState<Task | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const was = toForm(base);
  const form = useForm<TaskForm>({ resolver: zodResolver(taskSchema), defaultValues: was });
  const save = useMutation({
    mutationFn: ({ input, over }: { input: TaskForm; over: Task }) =>
      updateTask(account, over, patchOf(was, input, base.timezone)),
    onSuccess: (saved) => {
      showTask(client, account, saved);
      client.setQueryData(taskQuery(account, saved.id).queryKey, saved);
      const of = { contact_id: saved.contact_id || undefined, company_id: saved.company_id || undefined };
      void refreshTasks(client, account, subjectId(of));
      toast({ title: 'Saved', tone: 'good', duration: 2500 });
      onDone();
    },
    onError: async (error) => {
      if (isProblem(error) && error.status === 412)
        return setTheirs(await client.fetchQuery({ ...taskQuery(account, task.id), staleTime: 0 }));
      const { at, rest } = refusals(error);
      for (const [n, [field, message]] of at.entries())
        form.setError(field, { type: 'server', message }, { shouldFocus: n === 0 });
      setProblem(at.length === 0 ? explain(error) : rest.join(' ') || null);
    },
  });
  const submit = (over: Task) =>
    form.handleSubmit((input) => {
      setProblem(null);
      setTheirs(null);
      if (Object.keys(patchOf(was, input, base.timezone)).length === 0) return onDone();
      if (!save.isPending) save.mutate({ input, over });
    });
  return (
    <PanelForm submit="Save" busy={save.isPending} onCancel={onDone} onSubmit={submit(base)} aside={actions}>
      {theirs && (
        <StaleNotice
          clashes={clashes(
            was,
            toForm(theirs),
            form.getValues(),
            (id) => members.find((member) => member.id === id)?.name ?? '',
          )}
          onKeepMine={submit(theirs)}
          onTakeTheirs={() => {
            form.reset(toForm(theirs));
            setBase(theirs);
            setTheirs(null);
          }}
        />
      )}
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      {head}
      <TaskFields form={form} members={members} rule={was.rule} zone={base.timezone} />
    </PanelForm>
  );
}
