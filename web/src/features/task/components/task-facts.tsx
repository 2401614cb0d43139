import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { membersQuery } from '@/features/access';
import type { Task } from '@/lib/api';
import { exactTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Facts } from '@/ui/facts';
import { RelativeTime } from '@/ui/relative-time';
import { dueOf } from '../due';
import { repeatsText } from '../recurrence';

/** A task for whoever may read it and not change it. */
export function TaskFacts({ account, task, head }: { account: string; task: Task; head: ReactNode }) {
  const { data: members } = useQuery(membersQuery(account));
  const due = dueOf(task, useNow());
  return (
    <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
      <p className="wrap-anywhere font-medium text-base">{task.title}</p>
      {head}
      {task.body && <p className="wrap-anywhere whitespace-pre-wrap">{task.body}</p>}
      <Facts
        rows={[
          { label: 'Due', value: due && (due.overdue ? `${due.text}, overdue` : due.text) },
          { label: 'Who does it', value: members?.find(({ id }) => id === task.assignee_id)?.name },
          { label: 'Repeats', value: task.recurrence && repeatsText(task.recurrence) },
          { label: 'Reminder', value: task.reminder_at && exactTime(task.reminder_at, task.timezone) },
          { label: 'Done', value: task.completed_at && <RelativeTime at={task.completed_at} /> },
          { label: 'Written by', value: task.author.name },
          { label: 'Written', value: <RelativeTime at={task.created_at} /> },
        ]}
      />
    </div>
  );
}
