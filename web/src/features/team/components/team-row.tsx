import type { Member, Team } from '@/lib/api';
import { count } from '@/lib/format';
import { Avatar } from '@/ui/avatar';

interface Props {
  team: Team;
  people: readonly Member[];
  /** Absent where teams are only read. */
  onOpen?: () => void;
}

export function TeamRow({ team, people, onOpen }: Props) {
  const members = team.members.flatMap((id) => people.find((person) => person.id === id) ?? []);
  const names = members.map(({ name }) => name).join(', ');
  const text = (
    <>
      <span className="block truncate font-medium">{team.name}</span>
      <span className="block truncate text-ink-3 text-xs" title={names}>
        {names || 'Nobody yet'}
      </span>
    </>
  );
  return (
    <li className="flex items-center gap-3 border-line border-b px-4 py-2 hover:bg-sunken">
      {onOpen ? (
        <button
          type="button"
          aria-label={`${team.name}: ${count(team.members.length, 'person', 'people')}`}
          onClick={onOpen}
          className="min-w-0 flex-1 rounded-sm text-start"
        >
          {text}
        </button>
      ) : (
        <div className="min-w-0 flex-1">{text}</div>
      )}
      <span aria-hidden className="hidden -space-x-1.5 sm:flex rtl:space-x-reverse">
        {members.slice(0, 5).map(({ id, name }) => (
          <Avatar key={id} name={name} />
        ))}
      </span>
      <span className="tabular w-20 shrink-0 text-end text-ink-3 text-xs">
        {count(team.members.length, 'person', 'people')}
      </span>
    </li>
  );
}
