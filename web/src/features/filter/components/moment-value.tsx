import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import type { ValueProps } from '../value';
import { PeriodValue } from './period-value';

type Form = 'today' | 'day' | 'ago' | 'in' | 'moment';

const names: Record<Form, string> = {
  today: 'today',
  day: 'the day',
  ago: 'before today:',
  in: 'from today:',
  moment: 'the moment',
};

/** A day, given or reckoned from today; of a time, also a moment. */
export function MomentValue({ field, op, value, onChange, slot }: ValueProps) {
  const form = formOf(value);
  const forms: Form[] = ['today', 'day', 'ago', 'in'];
  if (field.kind === 'date_time' && op !== 'on') forms.push('moment');
  const label = slot['aria-label'];
  const period = (value as { ago?: unknown; in?: unknown } | undefined)?.[form as 'ago' | 'in'];
  return (
    <span className="flex flex-wrap items-center gap-1">
      <Select
        {...slot}
        aria-label={`${label}: which day`}
        value={form}
        onChange={({ target }) => onChange(first(target.value as Form))}
      >
        {forms.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </Select>
      {form === 'day' && (
        <Input
          {...slot}
          type="date"
          value={String(value ?? '')}
          onChange={({ target }) => onChange(target.value || '')}
          className="w-38!"
        />
      )}
      {form === 'moment' && (
        <Input
          {...slot}
          type="datetime-local"
          value={local(String(value))}
          onChange={({ target }) => target.value && onChange(new Date(target.value).toISOString())}
          className="w-52!"
        />
      )}
      {(form === 'ago' || form === 'in') && (
        <PeriodValue slot={slot} value={period} onChange={(next) => onChange({ [form]: next })} />
      )}
    </span>
  );
}

function formOf(value: unknown): Form {
  if (value === 'today' || value === undefined) return 'today';
  if (typeof value === 'object' && value !== null) return 'ago' in value ? 'ago' : 'in';
  return String(value).includes('T') ? 'moment' : 'day';
}

function first(form: Form): unknown {
  if (form === 'today') return 'today';
  if (form === 'day') return '';
  if (form === 'moment') return new Date().toISOString();
  return { [form]: { days: 7 } };
}

/** As the field of the browser writes a moment, in the zone of whoever looks. */
function local(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
