import { cx } from '@/lib/cx';

/** A bar in the place of what is coming; give it the size of that. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-pulse-soft rounded-sm bg-active', className)} />;
}
