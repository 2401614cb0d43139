import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { TagsInput } from '@/ui/tags-input';
import { Textarea } from '@/ui/textarea';
import type { CellDraft } from '../cell';
import type { Column } from '../columns';

interface Props {
  column: Column;
  draft: CellDraft;
  error?: string;
  people: { value: string; label: string }[];
  onChange: (draft: CellDraft) => void;
  /** Keep it; then stay, or go on to the next or the previous cell. */
  onCommit: (then: 'stay' | 'next' | 'previous', draft?: CellDraft) => void;
  onCancel: () => void;
}

const types: Record<string, string> = {
  date: 'date',
  date_time: 'datetime-local',
  email: 'email',
  phone: 'tel',
};

/** A cell that is being edited. Enter keeps it, Escape leaves it as it was, Tab goes on. */
export function CellEditor({ column, draft, error, people, onChange, onCommit, onCancel }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const note = useId();
  useEffect(() => {
    const field = box.current?.querySelector<HTMLElement>('input, select, textarea');
    field?.focus();
    if (field instanceof HTMLInputElement && ['text', 'email', 'tel'].includes(field.type)) field.select();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing || event.defaultPrevented) return;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Tab') onCommit(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Enter' && !(column.kind === 'long_text' && event.shiftKey)) onCommit('stay');
    else return;
    event.preventDefault();
  };
  const slot = {
    'aria-label': column.label,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error ? note : undefined,
  };
  const text = typeof draft === 'string' ? draft : '';
  const list = Array.isArray(draft) ? draft : [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens to the keys of the field in it.
    <div
      ref={box}
      onKeyDown={onKeyDown}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget) && document.hasFocus()) onCommit('stay');
      }}
      onClick={(event) => event.stopPropagation()}
      className="absolute inset-x-0 top-1 z-20 min-w-44 rounded-md bg-page"
    >
      {column.kind === 'tags' ? (
        <span className="block [&_input]:w-full" {...slot}>
          <TagsInput value={list} onChange={onChange} />
        </span>
      ) : column.kind === 'multi_select' ? (
        <fieldset className="flex flex-col rounded-md bg-raised p-1.5 shadow-pop">
          <legend className="sr-only">{column.label}</legend>
          {column.options?.map(({ value, label }) => (
            <label key={value} className="flex h-7 items-center gap-2 px-1">
              <input
                type="checkbox"
                checked={list.includes(value)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...list, value] : list.filter((one) => one !== value))
                }
                className="size-4 accent-brand"
              />
              {label}
            </label>
          ))}
        </fieldset>
      ) : column.kind === 'select' || column.kind === 'person' || column.kind === 'checkbox' ? (
        <Select {...slot} value={text} onChange={({ target }) => onCommit('stay', target.value)}>
          <option value="">{column.kind === 'person' ? 'Nobody' : 'Empty'}</option>
          {choices(column, people).map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      ) : column.kind === 'long_text' ? (
        <Textarea {...slot} value={text} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <Input
          {...slot}
          type={types[column.kind] ?? 'text'}
          inputMode={column.kind === 'number' || column.kind === 'money' ? 'decimal' : undefined}
          value={text}
          autoComplete="off"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
      {error && (
        <p id={note} role="alert" className="rounded-b-md bg-bad-soft px-2 py-1 text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}

function choices({ kind, options = [] }: Column, people: Props['people']) {
  if (kind === 'person') return people;
  if (kind === 'checkbox')
    return [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
  return options;
}
