import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { SubAccount } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Select } from '@/ui/select';
import { createSubAccount, storeSubAccount, subAccountsQuery } from '../api';
import { countries, currencies, isolations, slugOf, timeZones } from '../model';
import { type SubAccountForm as Form, subAccountSchema } from '../schema';

interface Props {
  onDone: (created: SubAccount) => void;
  onCancel: () => void;
}

export function SubAccountForm({ onDone, onCancel }: Props) {
  const client = useQueryClient();
  const zones = useMemo(timeZones, []);
  const [key] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Form>({
    resolver: zodResolver(subAccountSchema),
    defaultValues: {
      display_name: '',
      name: '',
      owner_email: '',
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
      country: 'US',
      currency: 'USD',
      isolation: '',
    },
  });
  const { register, setValue, formState, watch } = form;
  const { errors, dirtyFields } = formState;
  const create = useMutation({
    mutationFn: ({ isolation, ...input }: Form) =>
      createSubAccount(isolation ? { ...input, isolation } : input, `${key}-${input.name}`),
    onSuccess: (created) => {
      storeSubAccount(client, created);
      void client.invalidateQueries({ queryKey: subAccountsQuery.queryKey });
      onDone(created);
    },
    onError: (error) =>
      setProblem(
        showProblem(error, form.setError, [
          'display_name',
          'name',
          'owner_email',
          'timezone',
          'country',
          'currency',
          'isolation',
        ]),
      ),
  });
  const isolation = isolations.find(({ value }) => value === watch('isolation'));
  const displayName = register('display_name', {
    onChange: ({ target }) => {
      if (!dirtyFields.name)
        setValue('name', slugOf(target.value), { shouldValidate: formState.isSubmitted });
    },
  });
  const country = register('country', {
    onChange: ({ target }) => {
      const usual = countries.find(({ code }) => code === target.value)?.currency;
      if (usual && !dirtyFields.currency) setValue('currency', usual);
    },
  });
  return (
    <PanelForm
      submit="Create account"
      busy={create.isPending}
      onCancel={onCancel}
      onSubmit={form.handleSubmit((input) => {
        setProblem(null);
        create.mutate(input);
      })}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field label="Customer" error={errors.display_name?.message}>
        {(slot) => (
          <Input {...slot} {...displayName} autoFocus autoComplete="off" placeholder="Bright Smile Dental" />
        )}
      </Field>
      <Field
        label="Name in addresses and manifests"
        hint="Stays for good: kubectl and the API know it by this."
        error={errors.name?.message}
      >
        {(slot) => (
          <Input
            {...slot}
            {...register('name')}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
        )}
      </Field>
      <Field
        label="Owner’s e-mail"
        hint="Gets an invitation when the account is ready."
        error={errors.owner_email?.message}
      >
        {(slot) => <Input {...slot} {...register('owner_email')} type="email" autoComplete="off" />}
      </Field>
      <Field label="Time zone" hint="Quiet hours and reports go by it." error={errors.timezone?.message}>
        {(slot) => (
          <Select {...slot} {...register('timezone')}>
            {zones.map(({ region, zones: names }) => (
              <optgroup key={region} label={region}>
                {names.map((zone) => (
                  <option key={zone} value={zone}>
                    {zone.replaceAll('_', ' ')}
                  </option>
                ))}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="Country" error={errors.country?.message}>
          {(slot) => (
            <Select {...slot} {...country}>
              {countries.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Currency" error={errors.currency?.message}>
          {(slot) => (
            <Select {...slot} {...register('currency')}>
              {currencies.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label="Where its data lives" hint={isolation?.text} error={errors.isolation?.message}>
        {(slot) => (
          <Select {...slot} {...register('isolation')}>
            {isolations.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </PanelForm>
  );
}
