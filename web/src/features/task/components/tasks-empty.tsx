import { ListTodo } from 'lucide-react';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import type { TaskStatus } from '../api';

interface Props {
  status: TaskStatus;
  /** "me", "all", "none" or a member's id. */
  who: string;
  onEverybody: () => void;
  /** Absent where one may not write. */
  onCreate?: () => void;
}

/** In the place of tasks that there are none of: says what comes here, and the next step. */
export function TasksEmpty({ status, who, onEverybody, onCreate }: Props) {
  if (status === 'done')
    return (
      <EmptyState icon={ListTodo} title="Nothing done yet">
        Tasks that are ticked stand here, the last first.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={ListTodo}
      title={who === 'none' ? 'Everything has somebody who does it' : 'Nothing to do'}
      action={
        <span className="flex flex-wrap justify-center gap-2">
          {onCreate && <Button onClick={onCreate}>Write down a task</Button>}
          {who !== 'all' && (
            <Button look="ghost" onClick={onEverybody}>
              Show everybody’s
            </Button>
          )}
        </span>
      }
    >
      {who === 'none'
        ? 'Tasks that nobody has taken yet stand here.'
        : 'A call to make, a price to send: write down the next step with a day, and it waits here until it is ticked.'}
    </EmptyState>
  );
}
