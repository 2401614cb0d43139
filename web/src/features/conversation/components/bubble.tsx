import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

interface Props {
  own: boolean;
  faded?: boolean;
  children: ReactNode;
  /** What stands below it: time, state, reason, another try. */
  foot: ReactNode;
}

/** One message. Ours stand at the end and wear the brand's softest tone. */
export function Bubble({ own, faded, children, foot }: Props) {
  return (
    <div
      data-testid="message"
      className={cx(
        'flex max-w-[85%] flex-col gap-1 sm:max-w-[68%]',
        own ? 'items-end self-end' : 'items-start self-start',
      )}
    >
      <div
        dir="auto"
        className={cx(
          'whitespace-pre-wrap rounded-xl px-3 py-1.5 text-base',
          own ? 'rounded-ee-sm bg-brand-soft' : 'rounded-es-sm bg-active',
          faded && 'opacity-70',
        )}
      >
        {children}
      </div>
      <div
        className={cx(
          'flex flex-wrap items-center gap-x-2 gap-y-0.5 px-1 text-2xs text-ink-3',
          own && 'justify-end',
        )}
      >
        {foot}
      </div>
    </div>
  );
}
