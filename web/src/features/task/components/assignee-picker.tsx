import { CircleUserRound } from 'lucide-react';
import type { Member, Task } from '@/lib/api';
import { Avatar } from '@/ui/avatar';
import { Picker } from '@/ui/picker';

interface Props {
  task: Task;
  members: readonly Member[];
  canWrite: boolean;
  onPick: (id: string | null) => void;
}

/** Who does a task; pressed, somebody else is found by typing. */
export function AssigneePicker({ task, members, canWrite, onPick }: Props) {
  const name = members.find(({ id }) => id === task.assignee_id)?.name;
  const shown = name ? (
    <>
      <Avatar name={name} size="sm" />
      <span className="sr-only truncate lg:not-sr-only">{name}</span>
    </>
  ) : (
    <>
      <CircleUserRound aria-hidden size={16} strokeWidth={1.5} className="mx-0.5 shrink-0 text-ink-3" />
      <span className="sr-only truncate text-ink-3 lg:not-sr-only">Nobody yet</span>
    </>
  );
  if (!canWrite) return <span className="flex min-w-0 items-center gap-1.5 text-ink-2 text-xs">{shown}</span>;
  return (
    <Picker
      label={`Who does “${task.title}”`}
      value={task.assignee_id ?? ''}
      groups={[
        { label: 'People', options: members.map(({ id, name: label }) => ({ value: id, label })) },
        { label: 'Or', options: [{ value: '', label: 'Nobody yet' }] },
      ]}
      onPick={(id) => id !== (task.assignee_id ?? '') && onPick(id || null)}
      trigger={
        <button
          type="button"
          aria-label={name ? `${name} does it: change` : 'Give it to somebody'}
          className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-md px-1.5 text-ink-2 text-xs hover:bg-hover"
        >
          {shown}
        </button>
      }
    />
  );
}
