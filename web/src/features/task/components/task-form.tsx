import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useRef, useState } from 'react';
import { membersQuery } from '@/features/access';
import { explain } from '@/lib/api';
import { cx } from '@/lib/cx';
import { type Subject, subjectId } from '@/lib/subject';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { createTask, refreshTasks } from '../api';
import { instantOf } from '../due';
import { useZone } from '../zone';
import { AboutPicker } from './about-picker';

interface Props {
  account: string;
  /** Whom it is about; where it is not said, that is asked, and the form is a bar above the list of all tasks. */
  of?: Subject;
  /** Who does it unless somebody else is chosen. */
  assignee?: string;
  field?: RefObject<HTMLInputElement | null>;
}

/** Writes down a task: what, by which day, and who. */
export function TaskForm({ account, of, assignee: usual = '', field }: Props) {
  const client = useQueryClient();
  const { data: members } = useQuery(membersQuery(account));
  const [title, setTitle] = useState('');
  const [day, setDay] = useState('');
  const [chosen, setAssignee] = useState<string>();
  const [about, setAbout] = useState<Subject>({});
  const [used, setUsed] = useState(false);
  const key = useRef(crypto.randomUUID());
  const zone = useZone(account);
  const bar = of === undefined;
  const assignee = chosen ?? usual;
  const subject = of ?? about;
  const save = useMutation({
    mutationFn: () =>
      createTask(
        account,
        subject,
        {
          title: title.trim(),
          due_at: day ? instantOf(day, zone) : null,
          all_day: day !== '',
          assignee_id: assignee || null,
        },
        key.current,
      ),
    onSuccess: (task) => {
      key.current = crypto.randomUUID();
      setTitle('');
      setDay('');
      setAbout({});
      // It may belong far down, or to somebody whose tasks are not on the screen.
      if (bar) toast({ title: `“${task.title}” written down`, tone: 'good', duration: 2500 });
      return refreshTasks(client, account, subjectId(subject));
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
    <form
      onSubmit={submit}
      className={cx(
        'flex shrink-0 gap-2 border-line',
        bar ? 'flex-wrap border-b px-4 py-2' : 'flex-col border-t p-3',
      )}
    >
      <span className={bar ? 'min-w-full flex-1 md:min-w-60' : 'contents'}>
        <Input
          ref={field}
          aria-label="New task"
          placeholder="What is to be done?"
          maxLength={200}
          value={title}
          onFocus={() => setUsed(true)}
          onChange={(event) => {
            setTitle(event.target.value);
            edited();
          }}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </span>
      {/* On a phone the rest of the bar comes when it is used: the list has the room until then. */}
      <div
        className={
          bar
            ? cx('w-full min-w-0 gap-2 md:w-auto', used ? 'grid grid-cols-2 md:flex' : 'hidden md:flex')
            : 'grid grid-cols-2 gap-2'
        }
      >
        <span className={bar ? 'min-w-0 md:w-36' : 'contents'}>
          <Input
            type="date"
            aria-label="Due"
            value={day}
            onChange={(event) => {
              setDay(event.target.value);
              edited();
            }}
          />
        </span>
        <span className={bar ? 'min-w-0 md:w-36' : 'contents'}>
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
        </span>
        {bar && (
          <span className="grid min-w-0 md:max-w-44">
            <AboutPicker
              account={account}
              value={about}
              onChange={(next) => {
                setAbout(next);
                edited();
              }}
            />
          </span>
        )}
        {bar && (
          <Button type="submit" look="primary" busy={save.isPending} disabled={!title.trim()}>
            Add task
          </Button>
        )}
      </div>
      {(!bar || save.error) && (
        <div className={cx('flex items-center justify-end gap-3', bar && 'w-full')}>
          {save.error && (
            <p role="alert" className="min-w-0 flex-1 text-bad text-xs">
              {explain(save.error)}
            </p>
          )}
          {!bar && (
            <Button type="submit" look="primary" busy={save.isPending} disabled={!title.trim()}>
              Add task
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
