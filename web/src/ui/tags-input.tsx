import { X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { cx } from '@/lib/cx';
import { control } from './control';

interface Props {
  id?: string;
  value: string[];
  onChange: (tags: string[]) => void;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string;
}

/** Words that Enter or a comma adds and Backspace takes back. A pasted list becomes several. */
export function TagsInput({ value, onChange, ...rest }: Props) {
  const [draft, setDraft] = useState('');
  const add = (text: string) => {
    const next = text
      .split(/[,\n]/)
      .map((tag) => tag.trim())
      .filter(Boolean);
    setDraft('');
    if (next.length > 0) onChange([...new Set([...value, ...next])]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === ',' || (event.key === 'Enter' && draft.trim())) {
      event.preventDefault();
      add(draft);
    } else if (event.key === 'Backspace' && draft === '') onChange(value.slice(0, -1));
  };
  return (
    <div
      className={cx(
        control,
        'flex min-h-8 flex-wrap items-center gap-1 px-1.5 py-1 focus-within:border-brand-line',
      )}
    >
      {value.map((tag) => (
        <span
          key={tag}
          className="inline-flex h-6 max-w-full items-center rounded-sm bg-active ps-1.5 text-ink-2 text-xs"
        >
          <span className="truncate">{tag}</span>
          <button
            type="button"
            aria-label={`Remove ${tag}`}
            onClick={() => onChange(value.filter((other) => other !== tag))}
            className="flex size-6 items-center justify-center rounded-sm text-ink-3 hover:text-ink"
          >
            <X aria-hidden size={12} />
          </button>
        </span>
      ))}
      <input
        {...rest}
        value={draft}
        onChange={({ target }) => (target.value.includes('\n') ? add(target.value) : setDraft(target.value))}
        onPaste={(event) => {
          const text = event.clipboardData.getData('text');
          if (!/[,\n]/.test(text)) return;
          event.preventDefault();
          add(text);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => add(draft)}
        autoComplete="off"
        className="h-6 min-w-20 flex-1 bg-transparent px-1 outline-none"
      />
    </div>
  );
}
