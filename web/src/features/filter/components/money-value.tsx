import { useState } from 'react';
import { Input } from '@/ui/input';
import type { ValueProps } from '../value';
import { minorDigits } from '../words';

interface Money {
  amount?: number;
  currency: string;
}

/** An amount as people write it, kept in the smallest unit of its currency. */
export function MoneyValue({ value, onChange, slot }: Omit<ValueProps, 'field' | 'op'>) {
  const money = (value ?? { currency: 'USD' }) as Money;
  const unit = 10 ** minorDigits(money.currency);
  const [text, setText] = useState(money.amount === undefined ? '' : String(money.amount / unit));
  const change = (next: string, currency: string) => {
    setText(next);
    const amount = Number(next.replace(',', '.'));
    const whole = next.trim() !== '' && Number.isFinite(amount);
    onChange({
      amount: whole ? Math.round(amount * 10 ** minorDigits(currency)) : undefined,
      currency,
    });
  };
  return (
    <span className="flex items-center gap-1">
      <Input
        {...slot}
        inputMode="decimal"
        value={text}
        onChange={({ target }) => change(target.value, money.currency)}
        className="tabular w-28!"
      />
      <Input
        aria-label={`${slot['aria-label']}: currency`}
        value={money.currency}
        maxLength={3}
        onChange={({ target }) => change(text, target.value.toUpperCase())}
        className="w-16!"
      />
    </span>
  );
}
