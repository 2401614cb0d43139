import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { membersQuery, useSession } from '@/features/access';
import { explain } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { createTask, refreshTasks } from '../api';
import { instantOf } from '../due';

/** Writes down a task: what, by which day, and who. */
export function TaskForm({ account, of }: { account: string; of: Subject }) {
  const client = useQueryClient();
  const session = useSession();
  const { data: members } = useQuery(membersQuery(account));
  const [title, setTitle] = useState('');
  const [day, setDay] = useState('');
  const [assignee, setAssignee] = useState('');
  const key = useRef(crypto.randomUUID());
  const zone = session.sub_accounts.find(({ id }) => id === account)?.timezone ?? 'UTC';
  const save = useMutation({
    mutationFn: () =>
      createTask(
        account,
        of,
        {
          title: title.trim(),
          due_at: day ? instantOf(day, zone) : null,
          all_day: day !== '',
          assignee_id: assignee || null,
        },
        key.current,
      ),
    onSuccess: () => {
      key.current = crypto.randomUUID();
      setTitle('');
      setDay('');
      return refreshTasks(client, account, subjectId(of));
    },
  });
  const edited = () => {
    if (save.isError) key.current = crypto.randomUUID();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() && !save.isPending) save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex shrink-0 flex-col gap-2 border-line border-t p-3">
      <Input
        aria-label="New task"
        placeholder="What is to be done?"
        maxLength={200}
        value={title}
        onChange={(event) => {
          setTitle(event.target.value);
          edited();
        }}
      />
      <div className="grid grid-cols-2 gap-2">
        <Input
          type="date"
          aria-label="Due"
          value={day}
          onChange={(event) => {
            setDay(event.target.value);
            edited();
          }}
        />
        <Select
          aria-label="Who does it"
          value={assignee}
          onChange={(event) => {
            setAssignee(event.target.value);
            edited();
          }}
        >
          <option value="">Nobody yet</option>
          {members?.map((member) => (
            <option key={member.id} value={member.id}>
              {member.name}
            </option>
          ))}
        </Select>
      </div>
      <div className="flex items-center justify-end gap-3">
        {save.error && (
          <p role="alert" className="min-w-0 flex-1 text-bad text-xs">
            {explain(save.error)}
          </p>
        )}
        <Button type="submit" look="primary" busy={save.isPending} disabled={!title.trim()}>
          Add task
        </Button>
      </div>
    </form>
  );
}
