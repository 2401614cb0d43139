import { useQuery } from '@tanstack/react-query';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { membersQuery } from '@/features/access';
import { CustomFieldsForm } from '@/features/field';
import { countries } from '@/lib/countries';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { type CompanyForm, labels } from '../form';

interface Props {
  account: string;
  form: UseFormReturn<CompanyForm>;
  /** Typing begins at once. */
  autoFocus: boolean;
}

const own = [
  { name: 'name', hint: undefined, input: {} },
  {
    name: 'domain',
    hint: 'No two companies have the same: rossi.example.',
    input: { inputMode: 'url', dir: 'ltr' },
  },
  { name: 'website', hint: undefined, input: { type: 'url', inputMode: 'url', dir: 'ltr' } },
  {
    name: 'phone',
    hint: 'Abroad: with + and the country code.',
    input: { type: 'tel', inputMode: 'tel', dir: 'ltr', className: 'tabular' },
  },
] as const;

const place = ['postal_code', 'city', 'region'] as const;

/** What is known of a company. */
export function CompanyFields({ account, form, autoFocus }: Props) {
  const { register, control, formState } = form;
  const { errors } = formState;
  const { data: members = [] } = useQuery(membersQuery(account));
  return (
    <>
      {own.map(({ name, hint, input }) => (
        <Field key={name} label={labels[name]} hint={hint} error={errors[name]?.message}>
          {(slot) => (
            <Input
              {...slot}
              {...input}
              {...register(name)}
              autoComplete="off"
              autoFocus={autoFocus && name === 'name'}
            />
          )}
        </Field>
      ))}
      <Field
        label="Tags"
        hint="Enter or a comma adds one."
        error={errors.tags?.message ?? errors.tags?.find?.(Boolean)?.message}
      >
        {(slot) => (
          <Controller
            control={control}
            name="tags"
            render={({ field }) => <TagsInput {...slot} value={field.value} onChange={field.onChange} />}
          />
        )}
      </Field>
      <Field label={labels.owner_id} error={errors.owner_id?.message}>
        {(slot) => (
          <Controller
            control={control}
            name="owner_id"
            render={({ field }) => (
              <Select {...slot} {...field}>
                <option value="">Nobody</option>
                {members.map((member) => (
                  <option key={member.id} value={member.id}>
                    {member.name || member.email}
                  </option>
                ))}
              </Select>
            )}
          />
        )}
      </Field>
      <Controller
        control={control}
        name="custom"
        render={({ field }) => (
          <CustomFieldsForm
            account={account}
            object="company"
            values={field.value}
            errors={errors.custom as Record<string, { message?: string }> | undefined}
            onChange={(key, value) => field.onChange({ ...field.value, [key]: value })}
          />
        )}
      />
      <Field label={labels.street} error={errors.street?.message}>
        {(slot) => <Input {...slot} {...register('street')} autoComplete="off" />}
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {place.map((name) => (
          <Field key={name} label={labels[name]} error={errors[name]?.message}>
            {(slot) => <Input {...slot} {...register(name)} autoComplete="off" />}
          </Field>
        ))}
        <Field label={labels.country} error={errors.country?.message}>
          {(slot) => (
            <Select {...slot} {...register('country')}>
              <option value="">Not known</option>
              {countries().map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  );
}
