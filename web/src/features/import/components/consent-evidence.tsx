import { useId } from 'react';
import type { ImportSettings } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Textarea } from '@/ui/textarea';
import { tellsConsent } from '../model';

interface Props {
  settings: ImportSettings;
  onChange: (next: Partial<ImportSettings>) => void;
}

/** How the people in the file agreed to be written to. */
export function ConsentEvidence({ settings, onChange }: Props) {
  const name = useId();
  const { consent } = settings;
  const change = (next: Partial<NonNullable<ImportSettings['consent']>>) =>
    onChange({ consent: { source: '', text: '', at: '', ...consent, ...next } });
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">
        Offers by text or e-mail may go only to people who agreed to get them, and whoever sends must be able
        to show it: to what they agreed, where, and when. What you say here is kept with every person of the
        file as that proof. It never overrules somebody who has said stop.
      </p>
      {tellsConsent(settings) && (
        <Banner tone="info">
          A column of the file says who agreed. A row that says yes has to say when, where and to what as
          well, in columns of its own; else it fails.
        </Banner>
      )}
      <fieldset className="flex flex-col gap-1.5">
        <legend className="sr-only">Consent</legend>
        <label className="flex min-h-6 items-start gap-2">
          <input
            type="radio"
            name={name}
            className="mt-1 accent-brand"
            checked={!consent}
            onChange={() => onChange({ consent: undefined })}
          />
          Nothing is known of it: they come in without proof
        </label>
        <label className="flex min-h-6 items-start gap-2">
          <input
            type="radio"
            name={name}
            className="mt-1 accent-brand"
            checked={Boolean(consent)}
            onChange={() => change({})}
          />
          All of them agreed, in the same way
        </label>
      </fieldset>
      {consent && (
        <div className="grid gap-4 border-line border-s-2 ps-4 sm:grid-cols-2">
          <div className="sm:col-span-2">
            <Field label="To what they agreed" hint="Word for word, as they read it.">
              {(slot) => (
                <Textarea
                  {...slot}
                  rows={2}
                  maxLength={2000}
                  placeholder="Send me offers by e-mail and text."
                  value={consent.text}
                  onChange={({ target }) => change({ text: target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="Where they agreed">
            {(slot) => (
              <Input
                {...slot}
                maxLength={100}
                autoComplete="off"
                placeholder="Form on our website"
                value={consent.source}
                onChange={({ target }) => change({ source: target.value })}
              />
            )}
          </Field>
          <Field label="When they agreed" hint="If on several days, the last of them.">
            {(slot) => (
              <Input
                {...slot}
                type="date"
                value={consent.at.slice(0, 10)}
                onChange={({ target }) => change({ at: target.value ? `${target.value}T00:00:00Z` : '' })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  );
}
