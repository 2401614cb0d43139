import { Select } from '@/ui/select';
import { spanning, valueless } from '../model';
import type { ValueProps } from '../value';
import { ChoiceValue } from './choice-value';
import { EndsValue } from './ends-value';
import { MomentValue } from './moment-value';
import { MoneyValue } from './money-value';
import { NumberValue } from './number-value';
import { PeriodValue } from './period-value';
import { TextValue } from './text-value';

/** What a condition compares with, as its field's kind needs it. */
export function ValueEditor(props: ValueProps) {
  const { field, op, value, onChange, slot } = props;
  if (valueless(op)) return null;
  if (spanning(op)) return <PeriodValue {...props} />;
  const One = { number: NumberValue, money: MoneyValue, date: MomentValue, date_time: MomentValue }[
    field.kind
  ];
  if (One && op === 'between')
    return (
      <EndsValue value={value} onChange={onChange}>
        {(end, change, name) => (
          <One
            {...props}
            value={end}
            onChange={change}
            slot={{ ...slot, 'aria-label': `${slot['aria-label']}: ${name}` }}
          />
        )}
      </EndsValue>
    );
  if (One) return <One {...props} />;
  if (field.kind === 'checkbox')
    return (
      <Select {...slot} value={String(value)} onChange={({ target }) => onChange(target.value === 'true')}>
        <option value="true">ticked</option>
        <option value="false">not ticked</option>
      </Select>
    );
  // A part of a word is typed, whatever there is to choose.
  const part = op === 'contains' || op === 'starts_with';
  const choices = part ? undefined : (props.choices ?? field.options);
  return choices?.length ? <ChoiceValue {...props} choices={choices} /> : <TextValue {...props} />;
}
