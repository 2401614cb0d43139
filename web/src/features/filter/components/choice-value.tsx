import { Plus, X } from 'lucide-react';
import { Button } from '@/ui/button';
import { Picker } from '@/ui/picker';
import { Select } from '@/ui/select';
import { many } from '../model';
import type { Choice, ValueProps } from '../value';

/** One or several of what there is to choose. What is chosen and no longer there stays to be seen. */
export function ChoiceValue({ op, value, onChange, choices = [], slot }: ValueProps) {
  if (!many(op)) {
    const gone = typeof value === 'string' && !choices.some((choice) => choice.value === value);
    return (
      <Select
        {...slot}
        value={typeof value === 'string' ? value : ''}
        onChange={({ target }) => onChange(target.value || undefined)}
        className="max-w-60"
      >
        <option value="">Choose…</option>
        {gone && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    );
  }
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const set = (next: string[]) => onChange(next.length > 0 ? next : undefined);
  return (
    <span className="flex min-h-8 flex-wrap items-center gap-1">
      {chosen.map((one) => (
        <span key={one} className="inline-flex h-7 items-center rounded-sm bg-active ps-2 text-xs">
          {labelOf(one, choices)}
          <button
            type="button"
            aria-label={`Remove ${labelOf(one, choices)}`}
            onClick={() => set(chosen.filter((other) => other !== one))}
            className="flex size-7 items-center justify-center rounded-sm text-ink-3 hover:text-ink"
          >
            <X aria-hidden size={12} />
          </button>
        </span>
      ))}
      <Picker
        label={slot['aria-label']}
        trigger={
          <Button size="sm" look="ghost" icon={Plus} aria-invalid={slot['aria-invalid']}>
            {chosen.length === 0 ? 'Choose' : 'Another'}
          </Button>
        }
        groups={[{ label: 'Choices', options: choices.filter((choice) => !chosen.includes(choice.value)) }]}
        onPick={(one) => set([...chosen, one])}
      />
    </span>
  );
}

function labelOf(value: string, choices: Choice[]): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}
