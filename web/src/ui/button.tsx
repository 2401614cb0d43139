import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { Spinner } from './spinner';

export interface ButtonProps extends ComponentProps<'button'> {
  look?: 'primary' | 'plain' | 'ghost' | 'danger';
  size?: 'md' | 'sm';
  icon?: LucideIcon;
  /** Shows that work is under way and refuses another press, without losing focus. */
  busy?: boolean;
}

const looks = {
  primary: 'bg-brand text-on-brand hover:bg-brand-hover border border-transparent',
  plain: 'bg-raised text-ink border border-control hover:bg-hover',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink border border-transparent',
  danger: 'bg-raised text-bad border border-control hover:bg-bad-soft',
};

const sizes = { md: 'h-8 px-3 gap-1.5', sm: 'h-7 px-2 gap-1.5' };

export function Button({
  look = 'plain',
  size = 'md',
  icon: Icon,
  busy,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md font-medium text-sm transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-70',
        looks[look],
        sizes[size],
        className,
      )}
    >
      {busy ? <Spinner /> : Icon && <Icon aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />}
      {children}
    </button>
  );
}
