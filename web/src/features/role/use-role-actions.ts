import { useMutation, useQueryClient } from '@tanstack/react-query';
import { agencyPlace } from '@/features/access';
import { explain, type Role } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { deleteRole, patchRole, rolesQuery, storeRole } from './api';

/** Changes that are shown at once, and told again when the server refuses them. */
export function useRoleActions() {
  const client = useQueryClient();
  const { queryKey } = rolesQuery(agencyPlace);
  const roleOf = (id: string) => client.getQueryData(queryKey)?.find((role) => role.id === id);
  const tick = useMutation({
    // One after the other, so that each is made of what the one before left.
    scope: { id: 'roles' },
    mutationFn: async ({ id }: { id: string; permission: string; on: boolean }) => {
      const role = roleOf(id);
      return role && patchRole(role, { permissions: role.permissions });
    },
    onMutate: ({ id, permission, on }) => {
      const role = roleOf(id);
      if (!role) return;
      const others = role.permissions.filter((name) => name !== permission);
      storeRole(client, { ...role, permissions: on ? [...others, permission] : others });
    },
    onSuccess: (saved, { id }) => {
      const role = roleOf(id);
      // Boxes ticked since keep their ticks; their own call saves them.
      if (role && saved) storeRole(client, { ...role, version: saved.version });
    },
    onError: (error) => {
      toast({ title: 'The role was not changed', detail: explain(error), tone: 'bad' });
      void client.invalidateQueries({ queryKey });
    },
  });
  const remove = (role: Role) => {
    const before = client.getQueryData(queryKey);
    client.setQueryData(queryKey, (list) => list?.filter(({ id }) => id !== role.id));
    undoable({
      title: `${role.name} deleted`,
      commit: () => deleteRole(role),
      revert: () => client.setQueryData(queryKey, before),
    });
  };
  return { tick: tick.mutate, remove };
}
