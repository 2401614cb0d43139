import { useId } from 'react';

interface Props {
  label: string;
  hint: string;
  checked: boolean;
  error?: string;
  onChange: (checked: boolean) => void;
}

/** A rule that is on or off, with what it means. */
export function RuleCheck({ label, hint, checked, error, onChange }: Props) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        id={id}
        type="checkbox"
        className="mt-1 accent-brand"
        checked={checked}
        aria-describedby={`${id}-note`}
        onChange={({ target }) => onChange(target.checked)}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <p id={`${id}-note`} className={error ? 'text-bad text-xs' : 'text-ink-3 text-xs'}>
          {error ?? hint}
        </p>
      </div>
    </div>
  );
}
