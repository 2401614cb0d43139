import { useQuery } from '@tanstack/react-query';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { membersQuery } from '@/features/access';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import type { ContactForm } from '../schema';

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
      <Field label="Phone" hint="Abroad: with + and the country code." error={errors.phone?.message}>
        {(slot) => (
          <Input
            {...slot}
            {...register('phone')}
            type="tel"
            inputMode="tel"
            autoComplete="off"
            dir="ltr"
            className="tabular"
          />
        )}
      </Field>
      <Field label="E-mail" error={errors.email?.message}>
        {(slot) => (
          <Input {...slot} {...register('email')} type="email" inputMode="email" autoComplete="off" />
        )}
      </Field>
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
    </>
  );
}
