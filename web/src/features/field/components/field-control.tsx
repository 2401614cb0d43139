import type { CustomField } from '@/lib/api';
import { CheckList } from '@/ui/check-list';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { Textarea } from '@/ui/textarea';
import { choicesOf, fromLocal, numberValue, toLocal } from '../value';
import { FileControl } from './file-control';
import { MoneyControl } from './money-control';
import { RecordPicker } from './record-picker';

interface Props {
  account: string;
  field: CustomField;
  value: unknown;
  error?: string;
  onChange: (value: unknown) => void;
}

const types = { phone: 'tel', email: 'email', url: 'url', text: 'text' } as const;

/** The control that fits a field's kind. */
export function FieldControl({ account, field, value, error, onChange }: Props) {
  const label = field.required ? `${field.name} (required)` : field.name;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  switch (field.kind) {
    case 'multi_select':
      return (
        <CheckList
          legend={label}
          options={choicesOf(field, chosen).map(({ key = '', label: name }) => ({ value: key, label: name }))}
          value={chosen}
          error={error}
          onChange={onChange}
        />
      );
    case 'checkbox':
      return (
        <div>
          <label className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              className="accent-brand"
              checked={value === true}
              onChange={({ target }) => onChange(target.checked)}
            />
            {label}
          </label>
          {error && (
            <p role="alert" className="text-bad text-xs">
              {error}
            </p>
          )}
        </div>
      );
    case 'reference':
      return (
        <RecordPicker
          account={account}
          target={field.rules.target ?? 'contact'}
          label={label}
          value={text}
          error={error}
          onChange={onChange}
        />
      );
    case 'file':
      return <FileControl account={account} label={label} value={text} error={error} onChange={onChange} />;
    case 'money':
      return (
        <MoneyControl
          label={label}
          currencies={field.rules.currencies ?? []}
          value={value}
          error={error}
          onChange={onChange}
        />
      );
    default:
      return (
        <Field label={label} error={error}>
          {(slot) => {
            const common = { ...slot, 'aria-required': field.required || undefined };
            if (field.kind === 'select')
              return (
                <Select {...common} value={text} onChange={({ target }) => onChange(target.value || null)}>
                  <option value="">Not said</option>
                  {choicesOf(field, [text]).map(({ key, label: name }) => (
                    <option key={key} value={key}>
                      {name}
                    </option>
                  ))}
                </Select>
              );
            if (field.kind === 'long_text')
              return (
                <Textarea
                  {...common}
                  value={text}
                  maxLength={field.rules.max_length ?? 20_000}
                  onChange={({ target }) => onChange(target.value)}
                />
              );
            if (field.kind === 'number')
              return (
                <Input
                  {...common}
                  inputMode="decimal"
                  autoComplete="off"
                  className="tabular"
                  defaultValue={text}
                  onChange={({ target }) => onChange(numberValue(target.value))}
                />
              );
            if (field.kind === 'date')
              return (
                <Input
                  {...common}
                  type="date"
                  value={text}
                  min={field.rules.earliest}
                  max={field.rules.latest}
                  onChange={({ target }) => onChange(target.value)}
                />
              );
            if (field.kind === 'date_time')
              return (
                <Input
                  {...common}
                  type="datetime-local"
                  value={toLocal(value)}
                  onChange={({ target }) => onChange(fromLocal(target.value))}
                />
              );
            return (
              <Input
                {...common}
                type={types[field.kind as keyof typeof types] ?? 'text'}
                autoComplete="off"
                maxLength={field.rules.max_length ?? 1000}
                value={text}
                onChange={({ target }) => onChange(target.value)}
              />
            );
          }}
        </Field>
      );
  }
}
