import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { control } from './control';

/** The platform's own select: it knows phones, keyboards and screen readers better than we could. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return (
    <span className="relative block">
      <select {...rest} className={cx(control, 'h-8 appearance-none truncate pe-8', className)} />
      <ChevronDown
        aria-hidden
        size={14}
        className="pointer-events-none absolute end-2.5 top-1/2 -translate-y-1/2 text-ink-3"
      />
    </span>
  );
}
