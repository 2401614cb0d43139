import { Search } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useDebounced } from '@/lib/debounce';
import { Input } from './input';

interface Props {
  label: string;
  value: string;
  /** Called when typing pauses. */
  onChange: (value: string) => void;
  ref?: RefObject<HTMLInputElement | null>;
}

export function SearchInput({ label, value, onChange, ref }: Props) {
  const [draft, setDraft] = useState(value);
  const sent = useRef(value);
  const send = useDebounced((text: string) => {
    sent.current = text;
    onChange(text);
  }, 200);
  // Follows "back" and "clear filters", not the echo of what was typed here.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setDraft(value);
  }, [value]);
  return (
    <span className="relative block min-w-40 flex-1 md:max-w-72">
      <Search
        aria-hidden
        size={14}
        className="pointer-events-none absolute start-2.5 top-1/2 -translate-y-1/2 text-ink-3"
      />
      <Input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={draft}
        onChange={({ target }) => {
          setDraft(target.value);
          send(target.value.trim());
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className="ps-8"
      />
    </span>
  );
}
