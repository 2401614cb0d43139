import { Input } from '@/ui/input';
import type { ValueProps } from '../value';

/** A number; nothing while the field is empty. */
export function NumberValue({ value, onChange, slot }: Omit<ValueProps, 'field' | 'op'>) {
  return (
    <Input
      {...slot}
      type="number"
      step="any"
      inputMode="decimal"
      value={typeof value === 'number' ? value : ''}
      onChange={({ target }) =>
        onChange(Number.isFinite(target.valueAsNumber) ? target.valueAsNumber : undefined)
      }
      className="tabular w-28!"
    />
  );
}
