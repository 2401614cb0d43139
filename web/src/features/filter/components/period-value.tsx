import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import type { Period } from '../model';
import type { ValueProps } from '../value';

const units = ['days', 'weeks', 'months', 'years'] as const;

/** "30 days". */
export function PeriodValue({ value, onChange, slot }: Omit<ValueProps, 'field' | 'op'>) {
  const period = (value ?? { days: undefined }) as Period;
  const unit = units.find((one) => one in period) ?? 'days';
  return (
    <span className="flex items-center gap-1">
      <Input
        {...slot}
        type="number"
        min={0}
        step={1}
        value={period[unit] ?? ''}
        onChange={({ target }) =>
          onChange({ [unit]: Number.isInteger(target.valueAsNumber) ? target.valueAsNumber : undefined })
        }
        className="tabular w-20!"
      />
      <Select
        aria-label={`${slot['aria-label']}: unit`}
        value={unit}
        onChange={({ target }) => onChange({ [target.value]: period[unit] })}
      >
        {units.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </Select>
    </span>
  );
}
