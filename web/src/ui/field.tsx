import { type ReactNode, useId } from 'react';

interface Slot {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
}

interface Props {
  label: string;
  hint?: ReactNode;
  error?: ReactNode;
  optional?: boolean;
  /** Given what ties the control to its label, hint and error. */
  children: (slot: Slot) => ReactNode;
}

export function Field({ label, hint, error, optional, children }: Props) {
  const id = useId();
  const note = error || hint ? `${id}-note` : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label
        htmlFor={id}
        className="flex items-baseline justify-between gap-2 font-medium text-ink-2 text-xs"
      >
        {label}
        {optional && <span className="font-normal text-ink-3">optional</span>}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': note })}
      {error ? (
        <p id={note} role="alert" className="text-bad text-xs">
          {error}
        </p>
      ) : (
        hint && (
          <p id={note} className="text-ink-3 text-xs">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
