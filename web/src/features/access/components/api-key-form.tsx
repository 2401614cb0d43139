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
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium text-ink-2 text-xs">What it may do</legend>
        {groups.map(({ title, permissions }) => {
          // A key can't do what its maker may not.
          const own = permissions.filter(({ value }) => allowsIn(session, holder, value));
          if (own.length === 0) return null;
          return (
            <fieldset key={title} className="mb-2 flex flex-col">
              <legend className="text-ink-3 text-xs">{title}</legend>
              {own.map(({ value, label }) => (
                <label
                  key={value}
                  className="flex min-h-7 items-center gap-2.5 rounded-md px-1 hover:bg-hover"
                >
                  <input
                    type="checkbox"
                    value={value}
                    {...register('scopes')}
                    className="size-4 accent-brand"
                  />
                  {label}
                </label>
              ))}
            </fieldset>
          );
        })}
        {formState.errors.scopes && (
          <p role="alert" className="text-bad text-xs">
            {formState.errors.scopes.message}
          </p>
        )}
      </fieldset>
    </PanelForm>
  );
}
