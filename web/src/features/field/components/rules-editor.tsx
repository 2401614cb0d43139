import type { CustomField } from '@/lib/api';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { type Faults, type RulesDraft, rulesFor } from '../rules';

interface Props {
  kind: CustomField['kind'];
  value: RulesDraft;
  errors: Faults;
  onChange: (next: Partial<RulesDraft>) => void;
}

const labels: Record<keyof RulesDraft, string> = {
  min: 'At least',
  max: 'At most',
  min_length: 'Characters at least',
  max_length: 'Characters at most',
  pattern: 'Pattern',
  earliest: 'Not before',
  latest: 'Not after',
  currencies: 'Currencies',
  target: 'Leads to',
};

const pairs = new Set(['min', 'max', 'min_length', 'max_length', 'earliest', 'latest']);

/** What a value of a field has to be, as far as its kind can be told more. */
export function RulesEditor({ kind, value, errors, onChange }: Props) {
  const rules = rulesFor(kind);
  if (rules.length === 0) return null;
  const control = (rule: keyof RulesDraft, wide: boolean) => {
    const hint = hints(rule, kind, value);
    return (
      <div key={rule} className={wide ? 'sm:col-span-2' : undefined}>
        <Field label={labels[rule]} hint={hint} error={errors[rule]} optional={rule !== 'target'}>
          {(slot) => {
            if (rule === 'currencies')
              return (
                <TagsInput
                  {...slot}
                  value={value.currencies}
                  onChange={(codes) => onChange({ currencies: codes.map((code) => code.toUpperCase()) })}
                />
              );
            if (rule === 'target')
              return (
                <Select
                  {...slot}
                  value={value.target}
                  onChange={({ target }) => onChange({ target: target.value as 'contact' })}
                >
                  <option value="contact">A contact</option>
                  <option value="company">A company</option>
                </Select>
              );
            const dated = rule === 'earliest' || rule === 'latest';
            return (
              <Input
                {...slot}
                type={dated ? 'date' : 'text'}
                inputMode={pairs.has(rule) && !dated ? 'decimal' : undefined}
                dir={rule === 'pattern' ? 'ltr' : undefined}
                maxLength={rule === 'pattern' ? 500 : 20}
                spellCheck={false}
                autoComplete="off"
                className={rule === 'pattern' ? 'font-mono text-xs' : 'tabular'}
                value={value[rule]}
                onChange={({ target }) => onChange({ [rule]: target.value })}
              />
            );
          }}
        </Field>
      </div>
    );
  };
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-4 sm:grid-cols-2">
      <legend className="sr-only">What a value has to be</legend>
      {rules.map((rule) => control(rule, !pairs.has(rule)))}
    </fieldset>
  );
}

function hints(rule: keyof RulesDraft, kind: CustomField['kind'], { currencies }: RulesDraft) {
  if (rule === 'pattern')
    return 'A regular expression that the whole text matches: [A-Z]{2}[0-9]+ is two letters, then digits.';
  if (rule === 'currencies') return 'USD, EUR: three letters each. None is any.';
  if (rule === 'min' && kind === 'money')
    return currencies[0] ? `In ${currencies[0]}.` : 'With two digits behind the point.';
  return undefined;
}
