import type { ComponentProps } from 'react';
import { reachOf } from '@/features/role';
import type { Role } from '@/lib/api';
import { Select } from '@/ui/select';

interface Props extends ComponentProps<'select'> {
  roles: readonly Role[];
}

/** A role to choose; one that doesn't reach everything says so. */
export function RoleSelect({ roles, ...rest }: Props) {
  return (
    <Select {...rest}>
      {roles.map(({ id, name, reach }) => (
        <option key={id} value={id}>
          {reach === 'all' ? name : `${name} (${reachOf(reach).label.toLowerCase()})`}
        </option>
      ))}
    </Select>
  );
}
