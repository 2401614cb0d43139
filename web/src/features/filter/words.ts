/** The operators in words, as they follow a field's name. */
const names: Record<string, string> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  any_of: 'is any of',
  none_of: 'is none of',
  all_of: 'has all of',
  at_least: 'is at least',
  at_most: 'is at most',
  between: 'is between',
  on: 'is on',
  before: 'is before',
  after: 'is after',
  in_last: 'is in the last',
  in_next: 'is in the next',
  anniversary_in_last: 'had its day in the last',
  anniversary_in_next: 'has its day in the next',
  empty: 'is empty',
  not_empty: 'is not empty',
};
const ofLists: Record<string, string> = {
  any_of: 'have any of',
  none_of: 'have none of',
  all_of: 'have all of',
};

export function opWords(op: string, kind: string): string {
  const list = kind === 'tags' || kind === 'multi_select' || kind === 'references';
  return (list && ofLists[op]) || names[op] || op.replaceAll('_', ' ');
}

/** "first name" → "First name"; what people named themselves stays as it is. */
export function heading(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** Amounts are kept in the smallest unit of their currency. */
export function minorDigits(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
    }).resolvedOptions();
    return maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
