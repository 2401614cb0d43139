import type { CustomField } from '@/lib/api';

/** Every kind, with what it is for. It never changes, so it is chosen with care. */
export const kinds: Record<CustomField['kind'], { label: string; hint: string }> = {
  text: { label: 'Text', hint: 'One line, like a customer number.' },
  long_text: { label: 'Long text', hint: 'Several lines, like a history.' },
  number: { label: 'Number', hint: 'To be counted and compared. A customer number is a text.' },
  money: { label: 'Money', hint: 'An amount with its currency.' },
  date: { label: 'Date', hint: 'A day, like the end of a contract.' },
  date_time: { label: 'Date and time', hint: 'A moment, like the next appointment.' },
  phone: { label: 'Phone', hint: 'A number that belongs to the matter rather than the person.' },
  email: { label: 'E-mail', hint: 'An address for a purpose, like invoices.' },
  url: { label: 'Web address', hint: 'A link that can be opened.' },
  select: { label: 'One of several', hint: 'A choice that you define.' },
  multi_select: { label: 'Several of several', hint: 'Any number of choices that you define.' },
  checkbox: { label: 'Yes or no', hint: 'A box that is ticked or not.' },
  file: { label: 'File', hint: 'One file, like a scanned card.' },
  reference: { label: 'Contact or company', hint: 'Leads to another record, like who referred them.' },
};

export const choosing = (kind: CustomField['kind']) => kind === 'select' || kind === 'multi_select';

/** Kinds whose values can be alike, and be asked for by an index. */
export const comparable = (kind: CustomField['kind']) =>
  !['long_text', 'multi_select', 'checkbox', 'file'].includes(kind);
