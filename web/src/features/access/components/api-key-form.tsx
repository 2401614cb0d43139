import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { useSession } from '../api';
import { apiKeysQuery, createApiKey } from '../api-keys';
import { allowsIn } from '../model';
import type { PermissionGroup } from '../permissions';
import type { Place } from '../place';
import { apiKeySchema, type ApiKeyForm as Form } from '../schema';
import { NewKey } from './new-key';
import { ScopeChecks } from './scope-checks';

interface Props {
  holder: Place;
  groups: readonly PermissionGroup[];
  onClose: () => void;
}

export function ApiKeyForm({ holder, groups, onClose }: Props) {
  const client = useQueryClient();
  const session = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError } = useForm<Form>({
    resolver: zodResolver(apiKeySchema),
    defaultValues: { name: '', scopes: [] },
  });
  const create = useMutation({
    mutationFn: (form: Form) => createApiKey(holder, form),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery(holder).queryKey }),
    onError: (error) => setProblem(showProblem(error, setError, ['name', 'scopes'])),
  });
  if (create.data?.key) return <NewKey name={create.data.name} secret={create.data.key} onClose={onClose} />;
  // A key can't do what its maker may not.
  const own = groups.map(({ title, permissions }) => ({
    title,
    permissions: permissions.filter(({ value }) => allowsIn(session, holder, value)),
  }));
  return (
    <PanelForm
      submit="Create key"
      busy={create.isPending}
      onCancel={onClose}
      onSubmit={handleSubmit((form) => create.mutate(form))}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field
        label="Name"
        hint="Where it is used: “Website form”, “Nightly export”."
        error={formState.errors.name?.message}
      >
        {(slot) => <Input {...slot} {...register('name')} autoFocus autoComplete="off" />}
      </Field>
      <ScopeChecks
        legend="What it may do"
        groups={own}
        register={register('scopes')}
        error={formState.errors.scopes?.message}
      />
    </PanelForm>
  );
}
