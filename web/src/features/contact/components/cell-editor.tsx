import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { CellDraft } from '../cell';
import type { Column } from '../columns';
import { ValueField } from './value-field';

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
    'aria-invalid': error ? (true as const) : undefined,
    'aria-describedby': error ? note : undefined,
  };
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
      <ValueField
        column={column}
        draft={draft}
        people={people}
        slot={slot}
        onChange={onChange}
        onPick={(picked) => onCommit('stay', picked)}
      />
      {error && (
        <p id={note} role="alert" className="rounded-b-md bg-bad-soft px-2 py-1 text-bad text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
