import type { UseFormReturn } from 'react-hook-form';
import type { Member } from '@/lib/api';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { Textarea } from '@/ui/textarea';
import { commonRules, countsItself, repeatsText } from '../recurrence';
import type { TaskForm } from '../schema';

interface Props {
  form: UseFormReturn<TaskForm>;
  members: readonly Member[];
  /** The rule that the task has: it may be none of the common ones. */
  rule: string;
  zone: string;
}

/** All that may be said of a task. Its times are those of its zone. */
export function TaskFields({ form, members, rule: had, zone }: Props) {
  const {
    register,
    watch,
    formState: { errors },
  } = form;
  const rule = watch('rule');
  const rules = [...new Set<string>([...commonRules, ...(had ? [had] : [])])];
  const elsewhere = zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <Field label="What" error={errors.title?.message}>
        {(slot) => <Input {...slot} {...register('title')} maxLength={200} />}
      </Field>
      <Field label="Notes" optional error={errors.body?.message}>
        {(slot) => <Textarea {...slot} {...register('body')} />}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Due"
          optional
          error={errors.day?.message}
          hint={elsewhere ? `Times are in ${zone.replaceAll('_', ' ')}.` : undefined}
        >
          {(slot) => <Input {...slot} {...register('day')} type="date" />}
        </Field>
        <Field label="Time" optional error={errors.time?.message} hint="Empty is the whole day.">
          {(slot) => <Input {...slot} {...register('time')} type="time" />}
        </Field>
      </div>
      <Field label="Who does it" error={errors.assignee_id?.message}>
        {(slot) => (
          <Select {...slot} {...register('assignee_id')}>
            <option value="">Nobody yet</option>
            {members.map((member) => (
              <option key={member.id} value={member.id}>
                {member.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Repeats" error={errors.rule?.message}>
          {(slot) => (
            <Select {...slot} {...register('rule')}>
              <option value="">Never</option>
              {rules.map((one) => (
                <option key={one} value={one}>
                  {repeatsText(one)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {rule && !countsItself(rule) && (
          <Field label="Until" optional error={errors.until?.message}>
            {(slot) => <Input {...slot} {...register('until')} type="date" />}
          </Field>
        )}
      </div>
      <Field label="Remind" optional error={errors.reminder?.message}>
        {(slot) => <Input {...slot} {...register('reminder')} type="datetime-local" />}
      </Field>
    </>
  );
}
