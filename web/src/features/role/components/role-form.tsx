import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { PermissionInfo, Role } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Select } from '@/ui/select';
import { Textarea } from '@/ui/textarea';
import { createRole, patchRole, storeRole } from '../api';
import { fitting, type RoleDraft } from '../model';
import { type RoleForm as Form, roleSchema } from '../schema';
import { PermissionChecks } from './permission-checks';
import { ReachChoice } from './reach-choice';

interface Props {
  /** The role to change; without it a new one is made, of what `start` says. */
  role?: Role;
  start: Form;
  infos: readonly PermissionInfo[];
  onCancel: () => void;
  onDone: (role: Role) => void;
}

export function RoleForm({ role, start, infos, onCancel, onDone }: Props) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError, setValue, watch } = useForm<Form>({
    resolver: zodResolver(roleSchema),
    defaultValues: start,
  });
  const draft: RoleDraft = {
    level: watch('level'),
    reach: watch('reach'),
    permissions: watch('permissions'),
  };
  const save = useMutation({
    mutationFn: ({ level, ...form }: Form) => (role ? patchRole(role, form) : createRole({ ...form, level })),
    onSuccess: (saved) => {
      storeRole(client, saved);
      onDone(saved);
    },
    onError: (error) =>
      setProblem(showProblem(error, setError, ['name', 'description', 'reach', 'permissions'])),
  });
  /** What the role can't hold any more with another level or reach is taken out, so that nothing is refused later. */
  const change = (next: Partial<RoleDraft>) => {
    const changed = { ...draft, ...next };
    if (changed.level === 'agency' && changed.reach === 'team') changed.reach = 'assigned';
    setValue('level', changed.level);
    setValue('reach', changed.reach);
    setValue('permissions', fitting(infos, changed), { shouldValidate: formState.isSubmitted });
  };
  const { errors } = formState;
  return (
    <PanelForm
      submit={role ? 'Save role' : 'Create role'}
      busy={save.isPending}
      onCancel={onCancel}
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        save.mutate(form);
      })}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field label="Name" error={errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoFocus autoComplete="off" />}
      </Field>
      <Field label="What it is for" optional error={errors.description?.message}>
        {(slot) => <Textarea {...slot} {...register('description')} rows={2} />}
      </Field>
      {!role && (
        <Field
          label="Held in"
          hint={
            draft.level === 'agency'
              ? 'Its people work in every sub-account.'
              : 'Its people work in the sub-accounts that they are invited to.'
          }
        >
          {(slot) => (
            <Select
              {...slot}
              value={draft.level}
              onChange={({ target }) => change({ level: target.value as Role['level'] })}
            >
              <option value="account">A sub-account</option>
              <option value="agency">The agency</option>
            </Select>
          )}
        </Field>
      )}
      <ReachChoice value={draft.reach} level={draft.level} onChange={(reach) => change({ reach })} />
      <PermissionChecks
        infos={infos}
        draft={draft}
        error={errors.permissions?.message}
        onChange={(permissions) =>
          setValue('permissions', permissions, { shouldValidate: formState.isSubmitted })
        }
      />
    </PanelForm>
  );
}
