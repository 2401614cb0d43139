import type { UseFormRegisterReturn } from 'react-hook-form';
import type { PermissionGroup } from '../permissions';

interface Props {
  legend: string;
  groups: readonly PermissionGroup[];
  register: UseFormRegisterReturn;
  error: string | undefined;
}

/** Permissions to tick, group by group. */
export function ScopeChecks({ legend, groups, register, error }: Props) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium text-ink-2 text-xs">{legend}</legend>
      {groups.map(
        ({ title, permissions }) =>
          permissions.length > 0 && (
            <fieldset key={title} className="mb-2 flex flex-col">
              <legend className="text-ink-3 text-xs">{title}</legend>
              {permissions.map(({ value, label }) => (
                <label
                  key={value}
                  className="flex min-h-7 items-center gap-2.5 rounded-md px-1 hover:bg-hover"
                >
                  <input type="checkbox" value={value} {...register} className="size-4 accent-brand" />
                  {label}
                </label>
              ))}
            </fieldset>
          ),
      )}
      {error && (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}
