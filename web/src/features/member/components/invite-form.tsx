import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Place } from '@/features/access';
import { reachOf, rolesQuery } from '@/features/role';
import type { Role } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Skeleton } from '@/ui/skeleton';
import { invitationsQuery, invite } from '../invitations';
import { choices } from '../model';
import { type InviteForm as Form, inviteSchema } from '../schema';
import { LinkOnce } from './link-once';
import { RoleSelect } from './role-select';

/** Whom to invite, and as what. The link is shown once. */
export function InviteForm({ place, onClose }: { place: Place; onClose: () => void }) {
  const { data: roles } = useQuery(rolesQuery(place));
  if (!roles) return <Skeleton className="m-4 h-8" />;
  return <Fields place={place} roles={choices(roles, place)} onClose={onClose} />;
}

function Fields({ place, roles, onClose }: { place: Place; roles: Role[]; onClose: () => void }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const usual = 'agency' in place ? 'agency_support' : 'account_user';
  const { register, handleSubmit, formState, setError, watch } = useForm<Form>({
    resolver: zodResolver(inviteSchema),
    defaultValues: {
      email: '',
      name: '',
      role: (roles.find(({ id }) => id === usual) ?? roles.at(-1))?.id ?? '',
    },
  });
  const send = useMutation({
    mutationFn: ({ name, ...form }: Form) => invite(place, name ? { ...form, name } : form),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery(place).queryKey }),
    onError: (error) => setProblem(showProblem(error, setError, ['email', 'name', 'role'])),
  });
  if (send.data?.link)
    return (
      <div className="p-4">
        <LinkOnce link={send.data.link} expiresAt={send.data.expires_at} onClose={onClose}>
          {`Send this to ${send.data.email}, and to nobody else: it opens the door.`}
        </LinkOnce>
      </div>
    );
  const { errors } = formState;
  const role = roles.find(({ id }) => id === watch('role'));
  return (
    <PanelForm
      submit="Invite"
      busy={send.isPending}
      onCancel={onClose}
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        send.mutate(form);
      })}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field
        label="E-mail"
        error={errors.email?.message}
        hint="Somebody who works elsewhere with you joins with the password they have."
      >
        {(slot) => <Input {...slot} {...register('email')} type="email" autoFocus autoComplete="off" />}
      </Field>
      <Field label="Name" optional error={errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoComplete="off" />}
      </Field>
      <Field
        label="Role"
        error={errors.role?.message}
        hint={
          role &&
          `${role.description ? `${role.description} ` : ''}Reaches: ${reachOf(role.reach).label.toLowerCase()}. ${reachOf(role.reach).text}`
        }
      >
        {(slot) => <RoleSelect {...slot} {...register('role')} roles={roles} />}
      </Field>
    </PanelForm>
  );
}
