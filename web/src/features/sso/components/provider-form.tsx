import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useSession } from '@/features/access';
import { rolesQuery } from '@/features/role';
import type { IdentityProvider } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { CheckList } from '@/ui/check-list';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { createProvider, patchProvider, providersQuery } from '../api';
import { bodyOf, type ProviderForm as Form, formOf, providerSchema } from '../schema';

interface Props {
  /** null for a new one. */
  provider: IdentityProvider | null;
  onClose: () => void;
  onSaved: (provider: IdentityProvider) => void;
}

const paths = [
  'name',
  'issuer',
  'client_id',
  'client_secret',
  'domains',
  'provisioning',
  'role',
  'sub_account_ids',
  'mfa',
  'acr_values',
  'session_hours',
] as const;

export function ProviderForm({ provider, onClose, onSaved }: Props) {
  const client = useQueryClient();
  const { sub_accounts: places } = useSession();
  const { data: roles } = useQuery(rolesQuery({ agency: true }));
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, control, watch, formState, setError } = useForm<Form>({
    resolver: zodResolver(providerSchema),
    defaultValues: formOf(provider),
  });
  const role = roles?.find(({ id }) => id === watch('role'));
  const ofAgency = role?.level === 'agency';
  const save = useMutation({
    mutationFn: (form: Form) => {
      const { client_secret: secret, ...body } = bodyOf(form, ofAgency);
      return provider
        ? patchProvider(provider, secret ? { ...body, client_secret: secret } : body)
        : createProvider({ ...body, client_secret: secret });
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: providersQuery.queryKey });
      onSaved(saved);
    },
    onError: (error) => setProblem(showProblem(error, setError, paths)),
  });
  const errors = formState.errors;
  return (
    <PanelForm
      submit={provider ? 'Save' : 'Set it up'}
      busy={save.isPending}
      onCancel={onClose}
      onSubmit={handleSubmit((form) => save.mutate(form))}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field label="Name" hint="On the button: “Continue with …”." error={errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoFocus autoComplete="off" />}
      </Field>
      <Field label="Issuer" hint="https://accounts.google.com, for one." error={errors.issuer?.message}>
        {(slot) => <Input {...slot} {...register('issuer')} inputMode="url" autoComplete="off" />}
      </Field>
      <Field label="Client id" error={errors.client_id?.message}>
        {(slot) => <Input {...slot} {...register('client_id')} autoComplete="off" />}
      </Field>
      <Field
        label="Client secret"
        optional={provider !== null}
        hint={provider ? 'Empty leaves the one that is there.' : 'Never shown again.'}
        error={errors.client_secret?.message}
      >
        {(slot) => <Input {...slot} {...register('client_secret')} type="password" autoComplete="off" />}
      </Field>
      <Field
        label="Domains"
        hint="Of your people’s e-mail addresses: acme.example."
        error={errors.domains?.message}
      >
        {(slot) => (
          <Controller
            control={control}
            name="domains"
            render={({ field }) => <TagsInput {...slot} value={field.value} onChange={field.onChange} />}
          />
        )}
      </Field>
      <Field label="Whom it lets in" error={errors.provisioning?.message}>
        {(slot) => (
          <Select {...slot} {...register('provisioning')}>
            <option value="members">People who work here or are invited</option>
            <option value="create">Anybody with such an address</option>
          </Select>
        )}
      </Field>
      {watch('provisioning') === 'create' && (
        <>
          <Field label="Role of who is new" error={errors.role?.message}>
            {(slot) => (
              <Select {...slot} {...register('role')} value={watch('role')}>
                <option value="">Choose a role</option>
                {roles
                  ?.filter(({ id }) => id !== 'agency_owner')
                  .map(({ id, name, level }) => (
                    <option key={id} value={id}>
                      {level === 'agency' ? `${name} (of the agency)` : name}
                    </option>
                  ))}
              </Select>
            )}
          </Field>
          {role && !ofAgency && (
            <Controller
              control={control}
              name="sub_account_ids"
              render={({ field }) => (
                <CheckList
                  legend="Where"
                  options={(places ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                  value={field.value}
                  onChange={field.onChange}
                  error={errors.sub_account_ids?.message}
                />
              )}
            />
          )}
        </>
      )}
      <Field
        label="Counts as two factors"
        hint="Where it doesn’t, who has an authenticator is asked for its code."
        error={errors.mfa?.message}
      >
        {(slot) => (
          <Select {...slot} {...register('mfa')}>
            <option value="never">Never</option>
            <option value="claimed">Where it says so</option>
            <option value="always">Always: it asks for two</option>
          </Select>
        )}
      </Field>
      {watch('mfa') === 'claimed' && (
        <Field
          label="What says so"
          optional
          hint="Values of acr, beside phr, phrh and an amr of mfa. The provider is asked for these."
          error={errors.acr_values?.message}
        >
          {(slot) => (
            <Controller
              control={control}
              name="acr_values"
              render={({ field }) => <TagsInput {...slot} value={field.value} onChange={field.onChange} />}
            />
          )}
        </Field>
      )}
      <Field
        label="Let in for"
        hint="In hours, 1 to 336. Whom the provider shuts out is out here after that."
        error={errors.session_hours?.message}
      >
        {(slot) => <Input {...slot} {...register('session_hours')} inputMode="numeric" autoComplete="off" />}
      </Field>
      <label className="flex items-start gap-2.5">
        <input type="checkbox" {...register('trust_email')} className="mt-0.5 size-4 accent-brand" />
        <span>
          Believe addresses of which it doesn’t say whether they are verified
          <span className="block text-ink-3 text-xs">Microsoft Entra doesn’t say.</span>
        </span>
      </label>
    </PanelForm>
  );
}
