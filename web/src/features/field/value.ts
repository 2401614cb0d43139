import type { CustomField } from '@/lib/api';
import { dayText, exactTime, formatPhone } from '@/lib/format';

export interface Money {
  amount: number;
  currency: string;
}

/** How many digits a currency has behind the point: 2 for USD, 0 for JPY. */
function digits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    );
  } catch {
    return 2; // no currency: the server says so
  }
}

/** Minor units as people write them: 1250 is "12.50" in USD. */
export function moneyText({ amount, currency }: Money): string {
  return (amount / 10 ** digits(currency)).toFixed(digits(currency));
}

/** What people write as minor units; null where it is no amount. */
export function moneyAmount(text: string, currency: string): number | null {
  const value = Number(text.replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) ? null : Math.round(value * 10 ** digits(currency));
}

/** A number as it is typed; text that is none stays, so that the server can say why it is refused. */
export function numberValue(text: string): number | string | null {
  if (text.trim() === '') return null;
  const value = Number(text.replace(',', '.'));
  return Number.isNaN(value) ? text : value;
}

/** An instant as the browser's control for a date and time writes it, on the reader's clock. */
export function toLocal(iso: unknown): string {
  const at = typeof iso === 'string' ? new Date(iso) : null;
  if (!at || Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocal(text: string): string | null {
  const at = new Date(text);
  return text === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The choices of a select field: those in use, and an archived one that is chosen. */
export function choicesOf(field: CustomField, chosen: readonly string[]) {
  return (field.options ?? []).filter(({ key, archived }) => !archived || (key && chosen.includes(key)));
}

export interface Group {
  id: string;
  name: string;
  fields: CustomField[];
}

/** The fields in use by folder: first those without one, then folder by folder, each in its order. */
export function byFolder(
  fields: readonly CustomField[],
  folders: readonly { id: string; name: string; position: number }[],
): Group[] {
  const inUse = fields.filter(({ archived_at }) => !archived_at).sort((a, b) => a.position - b.position);
  const known = [...folders].sort((a, b) => a.position - b.position);
  const rest = inUse.filter(({ folder_id }) => !known.some(({ id }) => id === folder_id));
  return [
    { id: '', name: '', fields: rest },
    ...known.map(({ id, name }) => ({ id, name, fields: inUse.filter(({ folder_id }) => folder_id === id) })),
  ];
}

/** Whether there is nothing to show. */
export function blank(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** A value in words. */
export function valueText(field: CustomField, value: unknown): string {
  const label = (key: unknown) => field.options?.find((option) => option.key === key)?.label ?? String(key);
  switch (field.kind) {
    case 'money': {
      const { amount, currency } = value as Money;
      return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(
        amount / 10 ** digits(currency),
      );
    }
    case 'number':
      return new Intl.NumberFormat(undefined, { maximumFractionDigits: 15 }).format(Number(value));
    case 'phone':
      return formatPhone(String(value));
    case 'checkbox':
      return value ? 'Yes' : 'No';
    case 'date_time':
      return exactTime(String(value));
    case 'date':
      return dayText(String(value));
    default:
      return Array.isArray(value) ? value.map(label).join(', ') : label(value);
  }
}
