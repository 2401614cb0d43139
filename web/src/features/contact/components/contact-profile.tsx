import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { membersQuery } from '@/features/access';
import { RecordPicker } from '@/features/field';
import { countries } from '@/lib/countries';
import { CheckList } from '@/ui/check-list';
import { Disclosure } from '@/ui/disclosure';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { createCompany } from '../api';
import { channels } from '../model';
import type { ContactForm } from '../schema';

interface Props {
  account: string;
  form: UseFormReturn<ContactForm>;
}

/** The rest of what is known of a person: work, address, who follows them, what they don't want. */
export function ContactProfile({ account, form }: Props) {
  const { register, control, formState, getValues } = form;
  const { errors } = formState;
  const { data: members = [] } = useQuery(membersQuery(account));
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  const { address, job_title, dnd, timezone } = getValues();
  return (
    <>
      <Disclosure title="Work" note={job_title}>
        <Controller
          control={control}
          name="company_id"
          render={({ field }) => (
            <RecordPicker
              account={account}
              target="company"
              label="Company"
              value={field.value}
              error={errors.company_id?.message}
              onChange={field.onChange}
              onCreate={(name) => createCompany(account, name)}
            />
          )}
        />
        <Field label="Job title" error={errors.job_title?.message}>
          {(slot) => <Input {...slot} {...register('job_title')} autoComplete="off" />}
        </Field>
      </Disclosure>
      <Disclosure title="Address" note={[address.city, address.country].filter(Boolean).join(', ')}>
        <Field label="Street" error={errors.address?.street?.message}>
          {(slot) => <Input {...slot} {...register('address.street')} autoComplete="off" />}
        </Field>
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field label="Postal code" error={errors.address?.postal_code?.message}>
            {(slot) => <Input {...slot} {...register('address.postal_code')} autoComplete="off" />}
          </Field>
          <Field label="City" error={errors.address?.city?.message}>
            {(slot) => <Input {...slot} {...register('address.city')} autoComplete="off" />}
          </Field>
          <Field label="State or region" error={errors.address?.region?.message}>
            {(slot) => <Input {...slot} {...register('address.region')} autoComplete="off" />}
          </Field>
          <Field label="Country" error={errors.address?.country?.message}>
            {(slot) => (
              <Select {...slot} {...register('address.country')}>
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
      </Disclosure>
      <Disclosure title="About them" note={timezone.replaceAll('_', ' ')}>
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field label="Birthday" error={errors.birthday?.message}>
            {(slot) => <Input {...slot} {...register('birthday')} type="date" />}
          </Field>
          <Field label="Source" error={errors.source?.message}>
            {(slot) => <Input {...slot} {...register('source')} autoComplete="off" />}
          </Field>
        </div>
        <Field label="Time zone" hint="Quiet hours go by it." error={errors.timezone?.message}>
          {(slot) => (
            <Select {...slot} {...register('timezone')}>
              <option value="">As the account’s</option>
              {timezone && !zones.includes(timezone) && <option value={timezone}>{timezone}</option>}
              {zones.map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </Disclosure>
      <Disclosure
        title="Followers and quiet"
        note={
          dnd.length > 0
            ? `no ${channels
                .filter(({ value }) => dnd.includes(value))
                .map(({ label }) => label.toLowerCase())
                .join(', ')}`
            : ''
        }
      >
        <Controller
          control={control}
          name="dnd"
          render={({ field }) => (
            <CheckList
              legend="Do not disturb: nothing is sent over"
              options={channels}
              value={field.value}
              error={errors.dnd?.message}
              onChange={field.onChange}
            />
          )}
        />
        <Controller
          control={control}
          name="followers"
          render={({ field }) => (
            <CheckList
              legend="Who follows this contact"
              options={members.map((member) => ({ value: member.id, label: member.name || member.email }))}
              value={field.value}
              error={errors.followers?.message}
              onChange={field.onChange}
            />
          )}
        />
      </Disclosure>
    </>
  );
}
