import { Input } from '@/ui/input';
import { TagsInput } from '@/ui/tags-input';
import { many } from '../model';
import type { ValueProps } from '../value';

/** Words: one, or several of which any or all count. */
export function TextValue({ field, op, value, onChange, slot }: ValueProps) {
  if (many(op))
    return (
      <span className="block min-w-40 flex-1">
        <TagsInput
          {...slot}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(words) => onChange(words.length > 0 ? words : undefined)}
        />
      </span>
    );
  return (
    <Input
      {...slot}
      value={typeof value === 'string' ? value : ''}
      onChange={({ target }) => onChange(target.value || undefined)}
      maxLength={200}
      autoComplete="off"
      className="min-w-40 flex-1"
      inputMode={field.field === 'phone' ? 'tel' : 'text'}
    />
  );
}
