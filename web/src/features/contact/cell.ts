import { dayText, formatPhone } from '@/lib/format';
import type { Column } from './columns';

/** A cell while it is edited: text, or several choices. */
export type CellDraft = string | string[];

export type Read = { value: unknown } | { error: string };

interface Money {
  amount: number;
  currency: string;
}

function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** What a cell is edited as. */
export function draftOf({ kind }: Column, value: unknown): CellDraft {
  if (kind === 'tags' || kind === 'multi_select') return Array.isArray(value) ? value.map(String) : [];
  if (value === null || value === undefined) return '';
  if (kind === 'money') {
    const { amount, currency } = value as Money;
    return `${(amount / 10 ** digitsOf(currency)).toFixed(digitsOf(currency))} ${currency}`;
  }
  if (kind === 'date_time') return localMinute(String(value));
  return String(value);
}

/** What was typed as the API takes it; null empties the cell. */
export function readDraft({ kind }: Column, draft: CellDraft): Read {
  if (Array.isArray(draft)) return { value: draft };
  const text = draft.trim();
  if (text === '') return { value: null };
  if (kind === 'number') {
    const number = Number(text.replace(',', '.'));
    return Number.isFinite(number) ? { value: number } : { error: 'This is no number.' };
  }
  if (kind === 'money') return readMoney(text);
  if (kind === 'checkbox') return { value: text === 'true' };
  if (kind === 'date_time') return { value: new Date(text).toISOString() };
  return { value: text };
}

function readMoney(text: string): Read {
  const [, number, code] = /^(-?[\d.,]+)\s*([A-Za-z]{3})$/.exec(text) ?? [];
  const amount = Number(number?.replace(',', '.'));
  if (!code || !Number.isFinite(amount)) return { error: 'Write an amount and its currency: 19.99 EUR.' };
  const currency = code.toUpperCase();
  return { value: { amount: Math.round(amount * 10 ** digitsOf(currency)), currency } };
}

/** A value as a cell without a shape of its own shows it. */
export function showValue(column: Column, value: unknown): string {
  const { kind, options } = column;
  if (value === null || value === undefined || value === '') return '';
  if (kind === 'phone') return formatPhone(String(value));
  if (kind === 'number') return new Intl.NumberFormat().format(Number(value));
  if (kind === 'money') {
    const { amount, currency } = value as Money;
    const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
    return format.format(amount / 10 ** digitsOf(currency));
  }
  if (kind === 'checkbox') return value ? 'Yes' : 'No';
  if (kind === 'date') return dayText(String(value));
  const label = (one: unknown) => options?.find((option) => option.value === one)?.label ?? String(one);
  return Array.isArray(value) ? value.map(label).join(', ') : label(value);
}

function localMinute(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
