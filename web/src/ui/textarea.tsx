import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { control } from './control';

/** Text of several lines; it grows with what is written. */
export function Textarea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      {...rest}
      rows={rows}
      className={cx(control, 'field-sizing-content max-h-60 resize-y py-1.5', className)}
    />
  );
}
