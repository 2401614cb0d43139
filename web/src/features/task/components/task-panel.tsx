import { useQuery } from '@tanstack/react-query';
import { Check, RotateCcw, Trash2 } from 'lucide-react';
import type { Task } from '@/lib/api';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { RecordSkeleton } from '@/ui/record-skeleton';
import { SidePanel } from '@/ui/side-panel';
import { taskQuery } from '../api';
import { SubjectLink } from './subject-link';
import { TaskEdit } from './task-edit';
import { TaskFacts } from './task-facts';

interface Props {
  account: string;
  /** A task's id, or nothing: closed. */
  id: string | undefined;
  canWrite: boolean;
  onClose: () => void;
  onTick: (task: Task) => void;
  onDelete: (task: Task) => void;
}

/** A task with all that is kept of it. */
export function TaskPanel({ account, id, canWrite, onClose, onTick, onDelete }: Props) {
  const { data, error, refetch } = useQuery({ ...taskQuery(account, id ?? ''), enabled: Boolean(id) });
  const head = data && (data.contact_id || data.company_id) && (
    <div className="-my-1 flex min-w-0">
      <SubjectLink account={account} task={data} />
    </div>
  );
  return (
    <SidePanel open={Boolean(id)} onClose={onClose} title="Task">
      {error && !data ? (
        <Failure error={error} retry={() => refetch()} />
      ) : !data ? (
        <RecordSkeleton />
      ) : canWrite ? (
        <TaskEdit
          key={data.id}
          account={account}
          task={data}
          head={head}
          onDone={onClose}
          actions={
            <span className="flex items-center gap-1">
              <IconButton icon={Trash2} label="Delete task" onClick={() => onDelete(data)} />
              <Button icon={data.completed_at ? RotateCcw : Check} onClick={() => onTick(data)}>
                {data.completed_at ? 'Open again' : 'Done'}
              </Button>
            </span>
          }
        />
      ) : (
        <TaskFacts account={account} task={data} head={head} />
      )}
    </SidePanel>
  );
}
