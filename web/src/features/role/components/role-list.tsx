import type { Role } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { ReachBadge } from './reach-badge';

interface Props {
  title: string;
  roles: readonly Role[];
  onOpen: (role: Role) => void;
}

/** Roles of one level, one under the other. */
export function RoleList({ title, roles, onOpen }: Props) {
  if (roles.length === 0) return null;
  return (
    <section>
      <h2 className="border-line border-b bg-sunken px-4 py-1 font-medium text-ink-3 text-xs">{title}</h2>
      <ul>
        {roles.map((role) => (
          <li
            key={role.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 hover:bg-sunken"
          >
            <button
              type="button"
              onClick={() => onOpen(role)}
              className="min-w-0 flex-1 basis-48 rounded-sm text-start"
            >
              <span className="block truncate font-medium">{role.name}</span>
              <span className="block truncate text-ink-3 text-xs">
                {role.description || count(role.permissions.length, 'permission', 'permissions')}
              </span>
            </button>
            <span className="flex basis-full items-center gap-2 sm:basis-auto">
              <ReachBadge reach={role.reach} />
              {role.built_in && <Badge>Built in</Badge>}
              <span className="tabular ms-auto text-end text-ink-3 text-xs sm:w-20">
                {count(role.members, 'person', 'people')}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
