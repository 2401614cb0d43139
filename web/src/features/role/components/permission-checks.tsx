import { permissionGroups, useSession } from '@/features/access';
import type { PermissionInfo } from '@/lib/api';
import { type RoleDraft, refusalOf } from '../model';

interface Props {
  infos: readonly PermissionInfo[];
  draft: RoleDraft;
  error?: string;
  onChange: (permissions: string[]) => void;
}

/** A box for each permission, by groups; one that can't be ticked says why. */
export function PermissionChecks({ infos, draft, error, onChange }: Props) {
  const session = useSession();
  return (
    <div className="flex flex-col gap-4">
      {permissionGroups.map(({ title, permissions }) => {
        const rows = permissions
          .map(({ value, label }) => ({ label, info: infos.find(({ permission }) => permission === value) }))
          .filter(({ info }) => info && (draft.level === 'agency' || info.level === 'account'));
        return rows.length === 0 ? null : (
          <fieldset key={title} className="flex flex-col">
            <legend className="mb-1 font-medium text-ink-2 text-xs">{title}</legend>
            {rows.map(({ label, info }) => {
              if (!info) return null;
              const on = draft.permissions.includes(info.permission);
              const why = refusalOf(info, draft, session);
              return (
                <label
                  key={info.permission}
                  className="flex min-h-7 items-start gap-2.5 rounded-md px-1 py-1 hover:bg-hover"
                >
                  <input
                    type="checkbox"
                    checked={on}
                    disabled={why !== undefined && !on}
                    onChange={() =>
                      onChange(
                        on
                          ? draft.permissions.filter((name) => name !== info.permission)
                          : [...draft.permissions, info.permission],
                      )
                    }
                    className="mt-0.5 size-4 shrink-0 accent-brand"
                  />
                  <span>
                    {label}
                    {why && !on && <span className="block text-ink-3 text-xs">{why}</span>}
                  </span>
                </label>
              );
            })}
          </fieldset>
        );
      })}
      {error && (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
