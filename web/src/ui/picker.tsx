import { type KeyboardEvent, useId, useState } from 'react';
import { cx } from '@/lib/cx';
import type { Trigger } from './attach';
import { Popover } from './popover';

export interface PickerGroup {
  label: string;
  options: { value: string; label: string; note?: string }[];
}

interface Props {
  label: string;
  trigger: Trigger;
  groups: PickerGroup[];
  value?: string;
  onPick: (value: string) => void;
}

/** One of many, found by typing. The arrows and Enter choose. */
export function Picker({ label, trigger, groups, value, onPick }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const words = query.toLowerCase().split(/\s+/);
  const found = groups
    .map((group) => ({
      ...group,
      options: group.options.filter((option) => {
        const text = `${option.label} ${option.note ?? ''}`.toLowerCase();
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ options }) => options.length > 0);
  const flat = found.flatMap(({ options }) => options);
  const current = flat[Math.min(at, flat.length - 1)];
  const show = (next: boolean) => {
    setOpen(next);
    setQuery('');
    setAt(0);
  };
  const pick = (one: string) => {
    show(false);
    onPick(one);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = (Math.min(at, flat.length - 1) + step + flat.length) % Math.max(1, flat.length);
      setAt(next);
      document.getElementById(`${id}-${flat[next]?.value}`)?.scrollIntoView({ block: 'nearest' });
    }
    if (event.key === 'Enter' && current) {
      event.preventDefault();
      pick(current.value);
    }
  };
  return (
    <Popover label={label} trigger={trigger} open={open} onOpenChange={show}>
      <input
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={current && `${id}-${current.value}`}
        autoComplete="off"
        placeholder="Type to find"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        className="h-9 shrink-0 border-line border-b bg-transparent px-3 outline-none"
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        className="scroll-thin max-h-72 overflow-y-auto p-1 outline-none"
      >
        {found.map((group) => (
          <div key={group.label} role="group" aria-label={group.label}>
            <p aria-hidden className="px-2 pt-1.5 pb-1 text-ink-3 text-xs">
              {group.label}
            </p>
            {group.options.map((option) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys.
              <div
                key={option.value}
                id={`${id}-${option.value}`}
                role="option"
                tabIndex={-1}
                aria-selected={option.value === value}
                onMouseMove={() => setAt(flat.indexOf(option))}
                onClick={() => pick(option.value)}
                className={cx(
                  'flex min-h-8 items-center justify-between gap-3 rounded-md px-2',
                  option === current && 'bg-hover',
                  option.value === value && 'font-medium',
                )}
              >
                <span className="truncate">{option.label}</span>
                {option.note && <span className="shrink-0 text-ink-3 text-xs">{option.note}</span>}
              </div>
            ))}
          </div>
        ))}
      </div>
      {flat.length === 0 && (
        <p role="status" className="px-3 pb-3 text-ink-3">
          Nothing is called that.
        </p>
      )}
    </Popover>
  );
}
