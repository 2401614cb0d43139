import type { CustomField, CustomFieldRules } from '@/lib/api';
import { moneyAmount, moneyText } from './value';

type Kind = CustomField['kind'];

/** The rules of a field as they are typed. */
export interface RulesDraft {
  min: string;
  max: string;
  min_length: string;
  max_length: string;
  pattern: string;
  earliest: string;
  latest: string;
  currencies: string[];
  target: 'contact' | 'company';
}

/** Which rules make sense for a kind. */
export function rulesFor(kind: Kind): (keyof RulesDraft)[] {
  if (kind === 'text' || kind === 'long_text') return ['min_length', 'max_length', 'pattern'];
  if (kind === 'number') return ['min', 'max'];
  if (kind === 'money') return ['currencies', 'min', 'max'];
  if (kind === 'date' || kind === 'date_time') return ['earliest', 'latest'];
  return kind === 'reference' ? ['target'] : [];
}

/** Amounts are written in the first currency that is allowed, and kept in its minor units. */
const currencyOf = (currencies: readonly string[]) => currencies[0] ?? 'USD';

export function draftOf(rules: CustomFieldRules, kind: Kind): RulesDraft {
  const currencies = rules.currencies ?? [];
  const amount = (value: number | undefined) => {
    if (value === undefined) return '';
    return kind === 'money' ? moneyText({ amount: value, currency: currencyOf(currencies) }) : String(value);
  };
  return {
    min: amount(rules.min),
    max: amount(rules.max),
    min_length: rules.min_length === undefined ? '' : String(rules.min_length),
    max_length: rules.max_length === undefined ? '' : String(rules.max_length),
    pattern: rules.pattern ?? '',
    earliest: rules.earliest ?? '',
    latest: rules.latest ?? '',
    currencies,
    target: rules.target ?? 'contact',
  };
}

export type Faults = Partial<Record<keyof RulesDraft, string>>;

/** What is kept of a draft: the rules of its kind that say something. `faults` are those that can't be read. */
export function readRules(draft: RulesDraft, kind: Kind): { rules: CustomFieldRules; faults: Faults } {
  const rules: Record<string, unknown> = {};
  const faults: Faults = {};
  for (const rule of rulesFor(kind)) {
    const typed = draft[rule];
    if (typeof typed !== 'string') {
      if (typed.length > 0) rules[rule] = typed.map((code) => code.trim().toUpperCase());
    } else if (typed.trim() !== '') {
      const value = readRule(rule, typed.trim(), draft, kind);
      if (value === null) faults[rule] = wanted[rule];
      else rules[rule] = value;
    }
  }
  return { rules: rules as CustomFieldRules, faults };
}

const wanted: Faults = {
  min: 'Write a number.',
  max: 'Write a number.',
  min_length: 'Write a whole number.',
  max_length: 'Write a whole number.',
};

function readRule(rule: keyof RulesDraft, typed: string, draft: RulesDraft, kind: Kind) {
  if (rule === 'min' || rule === 'max') {
    if (kind === 'money') return moneyAmount(typed, currencyOf(draft.currencies).toUpperCase());
    const value = Number(typed.replace(',', '.'));
    return Number.isFinite(value) ? value : null;
  }
  if (rule === 'min_length' || rule === 'max_length') return /^\d{1,5}$/.test(typed) ? Number(typed) : null;
  return typed;
}

/** What is asked of a value, in a few words; nothing where nothing is asked. */
export function rulesText({ kind, rules }: Pick<CustomField, 'kind' | 'rules'>): string {
  const { min, max, min_length, max_length, pattern, earliest, latest, currencies } = draftOf(rules, kind);
  const span = (from: string, to: string, unit = '') => {
    if (from && to) return `${from} to ${to}${unit}`;
    if (from) return `from ${from}${unit}`;
    return to && `up to ${to}${unit}`;
  };
  return [
    currencies.join(', '),
    span(min, max),
    span(min_length, max_length, ' characters'),
    span(earliest, latest),
    pattern && `like ${pattern}`,
    rules.target === 'company' && 'a company',
  ]
    .filter(Boolean)
    .join(' · ');
}
