import { cx } from '@/lib/cx';

interface Props {
  not: boolean;
  onChange: (not: boolean) => void;
}

/** Turns a condition or a group round. */
export function NotToggle({ not, onChange }: Props) {
  return (
    <button
      type="button"
      aria-pressed={not}
      title={not ? 'It must not hold' : 'Turn it round'}
      onClick={() => onChange(!not)}
      className={cx(
        'h-6 shrink-0 rounded-sm px-1.5 font-medium text-xs',
        not ? 'bg-brand-soft text-brand-ink' : 'text-ink-3 hover:bg-hover hover:text-ink',
      )}
    >
      not
    </button>
  );
}
