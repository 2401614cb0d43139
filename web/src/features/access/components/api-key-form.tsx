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
import { apiKeysQuery, createApiKey, type KeyHolder } from '../api-keys';
import type { Permission } from '../model';
import { apiKeySchema, type ApiKeyForm as Form } from '../schema';
import { NewKey } from './new-key';

interface Props {
  holder: KeyHolder;
  scopes: readonly { value: Permission; label: string }[];
  onClose: () => void;
}

export function ApiKeyForm({ holder, scopes, onClose }: Props) {
  const client = useQueryClient();
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
        {scopes.map(({ value, label }) => (
          <label key={value} className="flex min-h-7 items-center gap-2.5 rounded-md px-1 hover:bg-hover">
            <input type="checkbox" value={value} {...register('scopes')} className="size-4 accent-brand" />
            {label}
          </label>
        ))}
        {formState.errors.scopes && (
          <p role="alert" className="text-bad text-xs">
            {formState.errors.scopes.message}
          </p>
        )}
      </fieldset>
    </PanelForm>
  );
}
