import { UserRound } from 'lucide-react';
import { cx } from '@/lib/cx';
import { initials } from '@/lib/format';

const sizes = { sm: 'size-5 text-[10px]', md: 'size-7 text-2xs', lg: 'size-11 text-base' };

/** Initials in a circle; a figure where a name has no letters. Decoration: the name stands beside it. */
export function Avatar({ name, size = 'md' }: { name: string; size?: keyof typeof sizes }) {
  const letters = initials(name);
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center rounded-full bg-active font-medium text-ink-2',
        sizes[size],
      )}
    >
      {letters || <UserRound className="size-3/5" strokeWidth={1.75} />}
    </span>
  );
}
