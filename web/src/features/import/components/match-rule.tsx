import type { CustomField, ImportSettings } from '@/lib/api';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { matchChoices, matchOf } from '../model';

const ways: { value: ImportSettings['on_match']; label: string; hint: string }[] = [
  {
    value: 'update',
    label: 'The file wins',
    hint: 'What the row says takes the place of what the contact has. Tags, addresses and numbers are added, and an empty cell changes nothing.',
  },
  {
    value: 'fill',
    label: 'The contact wins',
    hint: 'Only what the contact lacks is filled in. Tags, addresses and numbers are added.',
  },
  { value: 'skip', label: 'Leave the row out', hint: 'Whoever is here already stays as they are.' },
];

interface Props {
  settings: ImportSettings;
  /** The sub-account's own: a unique one finds somebody too. */
  fields: readonly CustomField[];
  onChange: (next: Partial<ImportSettings>) => void;
}

/** By what a row finds somebody who is here already, and who wins then. */
export function MatchRule({ settings, fields, onChange }: Props) {
  const match = matchOf(settings).join(' ');
  const options = matchChoices(settings, fields);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label="Somebody is the same person by"
        hint="What a column means: an address, a number, or a unique field of your own."
      >
        {(slot) => (
          <Select
            {...slot}
            value={match}
            onChange={({ target }) => onChange({ match: target.value.split(' ').filter(Boolean) })}
          >
            {options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="And then"
        hint={match ? ways.find(({ value }) => value === settings.on_match)?.hint : undefined}
      >
        {(slot) => (
          <Select
            {...slot}
            value={settings.on_match}
            disabled={!match}
            onChange={({ target }) => onChange({ on_match: target.value as ImportSettings['on_match'] })}
          >
            {ways.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}
