import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { control } from './control';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cx(control, 'h-8', className)} />;
}
