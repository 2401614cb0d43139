import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { Tooltip } from './tooltip';

interface Props extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon;
  /** Read by screen readers and shown on hover. */
  label: string;
  /** Shown beside the label: "C". */
  keys?: string;
}

export function IconButton({ icon: Icon, label, keys, className, ...rest }: Props) {
  return (
    <Tooltip label={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink disabled:cursor-not-allowed disabled:opacity-45',
          className,
        )}
      >
        <Icon aria-hidden size={16} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
