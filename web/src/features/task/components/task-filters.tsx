import type { Member } from '@/lib/api';
import { Segmented } from '@/ui/segmented';
import { Select } from '@/ui/select';
import type { TaskStatus } from '../api';

interface Props {
  me: string;
  members: readonly Member[];
  who: string;
  status: TaskStatus;
  onWho: (who: string) => void;
  onStatus: (status: TaskStatus) => void;
}

const views = [
  { value: 'open', label: 'Open' },
  { value: 'done', label: 'Done' },
] as const;

/** Whose tasks, and which of them. */
export function TaskFilters({ me, members, who, status, onWho, onStatus }: Props) {
  const others = members.filter(({ id }) => id !== me);
  const known = [me, 'all', 'none', ...others.map(({ id }) => id)].includes(who);
  return (
    <>
      <span className="block w-44">
        <Select aria-label="Whose tasks" value={who} onChange={({ target }) => onWho(target.value)}>
          <option value={me}>Mine</option>
          <option value="all">Everybody’s</option>
          <option value="none">Nobody’s yet</option>
          {others.length > 0 && (
            <optgroup label="A colleague’s">
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
          {!known && <option value={who}>Somebody who left</option>}
        </Select>
      </span>
      <Segmented label="Which tasks" value={status} options={views} onChange={onStatus} />
    </>
  );
}
