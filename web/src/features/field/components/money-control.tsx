import { useState } from 'react';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { type Money, moneyAmount, moneyText } from '../value';

interface Props {
  label: string;
  /** Which ones are allowed; none is any. */
  currencies: readonly string[];
  value: unknown;
  error?: string;
  onChange: (value: Money | null) => void;
}

/** An amount with its currency. */
export function MoneyControl({ label, currencies, value, error, onChange }: Props) {
  const money = value && typeof value === 'object' ? (value as Money) : null;
  const [text, setText] = useState(money ? moneyText(money) : '');
  const [currency, setCurrency] = useState(money?.currency ?? currencies[0] ?? 'USD');
  const say = (nextText: string, nextCurrency: string) => {
    setText(nextText);
    setCurrency(nextCurrency);
    const amount = moneyAmount(nextText, nextCurrency);
    onChange(amount === null ? null : { amount, currency: nextCurrency });
  };
  const bad = text.trim() !== '' && moneyAmount(text, currency) === null;
  return (
    <Field label={label} error={bad ? 'Write an amount, like 12.50.' : error}>
      {(slot) => (
        <span className="flex gap-1.5">
          <Input
            {...slot}
            inputMode="decimal"
            autoComplete="off"
            className="tabular text-end"
            value={text}
            onChange={({ target }) => say(target.value, currency)}
          />
          <Input
            aria-label={`Currency of ${label}`}
            list={currencies.length > 0 ? `${slot.id}-currencies` : undefined}
            maxLength={3}
            autoComplete="off"
            className="max-w-20 uppercase"
            value={currency}
            onChange={({ target }) => say(text, target.value.toUpperCase())}
          />
          {currencies.length > 0 && (
            <datalist id={`${slot.id}-currencies`}>
              {currencies.map((code) => (
                <option key={code} value={code} />
              ))}
            </datalist>
          )}
        </span>
      )}
    </Field>
  );
}
