import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { agencyPlace, allows, useSession } from '@/features/access';
import type { Role } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { Button } from '@/ui/button';
import { SidePanel } from '@/ui/side-panel';
import { permissionsQuery, rolesQuery } from '../api';
import { RoleDetails } from '../components/role-details';
import { RoleForm } from '../components/role-form';
import { Roles } from '../components/roles';
import { copyName } from '../model';
import type { RoleForm as Form } from '../schema';
import { useRoleActions } from '../use-role-actions';

const route = getRouteApi('/signed-in/agency/people/roles');
const blank: Form = {
  name: '',
  description: '',
  level: 'account',
  reach: 'all',
  permissions: ['contacts.read', 'conversations.read'],
};

/** The agency's roles: the built-in ones to read, its own to make and change. */
export function AgencyRolesScreen() {
  const { show, role: open, from } = route.useSearch();
  const navigate = route.useNavigate();
  const session = useSession();
  const canManage = allows(session, 'agency.roles.manage');
  const { data: roles } = useQuery(rolesQuery(agencyPlace));
  const { data: infos } = useQuery(permissionsQuery);
  const { tick, remove } = useRoleActions();
  const [editing, setEditing] = useState(false);
  const role = roles?.find(({ id }) => id === open);
  const source = roles?.find(({ id }) => id === from);
  const go = (search: { role?: string; from?: string }, edit = false) => {
    setEditing(edit);
    void navigate({ search: { show, ...search } });
  };
  useCommands(
    canManage
      ? [
          {
            id: 'role.create',
            title: 'Create a role',
            group: 'Roles',
            keys: 'c',
            icon: Plus,
            run: () => go({ role: 'new' }),
          },
        ]
      : [],
  );
  const form = { infos: infos ?? [], onCancel: () => go({}), onDone: ({ id }: Role) => go({ role: id }) };
  const close = () => go({});
  return (
    <>
      <Roles
        place={agencyPlace}
        asList={show === 'list'}
        onShow={(asList) => navigate({ search: { show: asList ? 'list' : undefined }, replace: true })}
        onOpen={({ id }) => go({ role: id })}
        onTick={canManage ? (on, permission, value) => tick({ id: on.id, permission, on: value }) : undefined}
        actions={
          canManage && (
            <Button look="primary" icon={Plus} onClick={() => go({ role: 'new' })}>
              New role
            </Button>
          )
        }
      />
      <SidePanel open={Boolean(role) && !editing} onClose={close} title={role?.name ?? ''}>
        {role && (
          <RoleDetails
            role={role}
            actions={
              canManage
                ? {
                    onEdit: () => setEditing(true),
                    onCopy: () => go({ role: 'new', from: role.id }),
                    onDelete: () => {
                      close();
                      remove(role);
                    },
                  }
                : undefined
            }
          />
        )}
      </SidePanel>
      <SidePanel open={Boolean(role) && editing && Boolean(infos)} onClose={close} title="Edit role">
        {role && (
          <RoleForm
            {...form}
            key={role.id}
            role={role}
            start={{ ...role, permissions: [...role.permissions] }}
          />
        )}
      </SidePanel>
      <SidePanel
        open={open === 'new' && Boolean(roles) && Boolean(infos)}
        onClose={close}
        title={source ? `New role, as ${source.name}` : 'New role'}
      >
        <RoleForm
          {...form}
          key={from ?? ''}
          start={
            source
              ? {
                  name: copyName(source.name, roles?.map(({ name }) => name) ?? []),
                  description: source.description,
                  level: source.level,
                  reach: source.reach,
                  // Nobody grants what they don't hold.
                  permissions: source.permissions.filter((name) => session.permissions.includes(name)),
                }
              : blank
          }
        />
      </SidePanel>
    </>
  );
}
