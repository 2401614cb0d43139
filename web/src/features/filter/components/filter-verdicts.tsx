import { Check, X } from 'lucide-react';
import type { FilterVerdict } from '@/lib/api';
import { cx } from '@/lib/cx';
import { count } from '@/lib/format';

const groups: Record<string, string> = { and: 'All of these', or: 'Any of these', not: 'Not this' };

/** Which parts of a filter hold for a record, and why it is in or not. */
export function FilterVerdicts({ parts }: { parts: readonly FilterVerdict[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {parts.map(({ path, kind, words, holds, found }) => (
        <li key={path} className={cx('flex items-start gap-2', indents[Math.min(depthOf(path), 5)])}>
          {holds ? (
            <Check aria-label="holds" role="img" size={15} className="mt-0.5 shrink-0 text-good" />
          ) : (
            <X aria-label="does not hold" role="img" size={15} className="mt-0.5 shrink-0 text-ink-3" />
          )}
          <span className={cx('min-w-0', kind !== 'condition' && 'text-ink-3')}>
            {words || groups[kind]}
            {found > 0 && <span className="text-ink-3"> · {count(found, 'found', 'found')}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

const indents = ['ps-0', 'ps-5', 'ps-10', 'ps-15', 'ps-20', 'ps-25'];

function depthOf(path: string): number {
  return path === '' ? 0 : path.split('.').length;
}
