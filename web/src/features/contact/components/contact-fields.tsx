import { useQuery } from '@tanstack/react-query';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { membersQuery } from '@/features/access';
import { CustomFieldsForm } from '@/features/field';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import type { ContactForm } from '../schema';
import { ContactProfile } from './contact-profile';
import { ReachList } from './reach-list';

interface Props {
  account: string;
  form: UseFormReturn<ContactForm>;
  /** Typing begins at once. */
  autoFocus?: boolean;
}

export function ContactFields({ account, form, autoFocus }: Props) {
  const { register, control, formState } = form;
  const { errors } = formState;
  const { data: members = [] } = useQuery(membersQuery(account));
  return (
    <>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="First name" error={errors.first_name?.message}>
          {(slot) => <Input {...slot} {...register('first_name')} autoComplete="off" autoFocus={autoFocus} />}
        </Field>
        <Field label="Last name" error={errors.last_name?.message}>
          {(slot) => <Input {...slot} {...register('last_name')} autoComplete="off" />}
        </Field>
      </div>
      <Controller
        control={control}
        name="phones"
        render={({ field }) => (
          <ReachList
            label="Phone"
            hint="Abroad: with + and the country code."
            input={{ type: 'tel', inputMode: 'tel', dir: 'ltr', className: 'tabular' }}
            value={field.value}
            errors={field.value.map((_, n) => errors.phones?.[n]?.address?.message)}
            error={errors.phones?.message}
            onChange={field.onChange}
          />
        )}
      />
      <Controller
        control={control}
        name="emails"
        render={({ field }) => (
          <ReachList
            label="E-mail"
            input={{ type: 'email', inputMode: 'email' }}
            value={field.value}
            errors={field.value.map((_, n) => errors.emails?.[n]?.address?.message)}
            error={errors.emails?.message}
            onChange={field.onChange}
          />
        )}
      />
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
      <Field label="Owner" error={errors.owner_id?.message}>
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
            object="contact"
            values={field.value}
            errors={errors.custom as Record<string, { message?: string }> | undefined}
            onChange={(key, value) => field.onChange({ ...field.value, [key]: value })}
          />
        )}
      />
      <ContactProfile account={account} form={form} />
    </>
  );
}
