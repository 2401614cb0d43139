import { Check, Lock } from 'lucide-react';
import { Fragment } from 'react';
import { permissionGroups, permissionLabel, useSession } from '@/features/access';
import type { PermissionInfo, Role } from '@/lib/api';
import { refusalOf } from '../model';
import { ReachBadge } from './reach-badge';

interface Props {
  roles: readonly Role[];
  infos: readonly PermissionInfo[];
  /** Boxes of the agency's own roles can be ticked; without it the matrix is only read. */
  onTick?: (role: Role, permission: string, on: boolean) => void;
  onOpen: (role: Role) => void;
}

/** Permissions down, roles across. Only what some role here could hold is shown. */
export function RoleMatrix({ roles, infos, onTick, onOpen }: Props) {
  const session = useSession();
  const agency = roles.some(({ level }) => level === 'agency');
  const groups = permissionGroups
    .map(({ title, permissions }) => ({
      title,
      rows: permissions.flatMap(({ value }) => infos.find(({ permission }) => permission === value) ?? []),
    }))
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ level }) => agency || level === 'account') }))
    .filter(({ rows }) => rows.length > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section aria-label="Roles and permissions" tabIndex={0} className="scroll-thin h-full overflow-auto">
      <table className="w-max min-w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky start-0 top-0 z-20 w-36 min-w-36 border-line border-e border-b bg-page px-4 py-2 text-start font-medium text-ink-3 text-xs md:w-72"
            >
              May…
            </th>
            {roles.map((role) => (
              <th
                key={role.id}
                scope="col"
                className="sticky top-0 z-10 w-32 min-w-28 border-line border-b bg-page px-2 py-2 align-top font-medium"
              >
                <button
                  type="button"
                  onClick={() => onOpen(role)}
                  className="inline-flex max-w-36 items-center gap-1 rounded-sm px-1 text-start hover:text-brand-ink"
                >
                  <span className="line-clamp-2 break-words">{role.name}</span>
                  {role.built_in && <Lock aria-label="built in" size={11} className="shrink-0 text-ink-3" />}
                </button>
                <span className="mt-1 block font-normal">
                  <ReachBadge reach={role.reach} />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ title, rows }) => (
            <Fragment key={title}>
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={roles.length + 1}
                  className="border-line border-b bg-sunken py-1 text-start font-medium text-ink-3 text-xs"
                >
                  <span className="sticky start-0 px-4">{title}</span>
                </th>
              </tr>
              {rows.map((info) => (
                <tr key={info.permission} className="group/row">
                  <th
                    scope="row"
                    title={info.description}
                    className="sticky start-0 z-10 border-line border-e border-b bg-page px-4 py-1.5 text-start font-normal group-hover/row:bg-sunken"
                  >
                    {permissionLabel(info.permission)}
                  </th>
                  {roles.map((role) => {
                    const on = role.permissions.includes(info.permission);
                    const why = refusalOf(info, role, session);
                    const label = `${role.name}: ${permissionLabel(info.permission)}`;
                    return (
                      <td
                        key={role.id}
                        className="border-line border-b p-0 text-center group-hover/row:bg-sunken"
                      >
                        {!onTick || role.built_in ? (
                          <span className="inline-flex size-8 items-center justify-center">
                            {on ? (
                              <Check
                                role="img"
                                aria-label={`${label}: yes`}
                                size={15}
                                className="text-brand-ink"
                              />
                            ) : (
                              <span role="img" aria-label={`${label}: no`} className="text-ink-3">
                                –
                              </span>
                            )}
                          </span>
                        ) : (
                          <label
                            title={on ? undefined : why}
                            className="inline-flex size-8 items-center justify-center"
                          >
                            <input
                              type="checkbox"
                              aria-label={label}
                              checked={on}
                              disabled={(why !== undefined && !on) || (on && role.permissions.length === 1)}
                              onChange={({ target }) => onTick(role, info.permission, target.checked)}
                              className="size-4 accent-brand"
                            />
                          </label>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}
