import { Info, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

const tones = {
  neutral: 'bg-sunken text-ink-2',
  info: 'bg-info-soft text-info',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  good: 'bg-good-soft text-good',
};

interface Props {
  tone?: keyof typeof tones;
  icon?: LucideIcon;
  action?: ReactNode;
  role?: 'alert' | 'status';
  children: ReactNode;
}

/** A sentence that belongs to what stands below it. */
export function Banner({ tone = 'neutral', icon: Icon = Info, action, role, children }: Props) {
  return (
    <div role={role} className={cx('flex items-start gap-2 rounded-md px-2.5 py-2 text-xs', tones[tone])}>
      <Icon aria-hidden size={14} className="mt-px shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action && <div className="-my-0.5 shrink-0">{action}</div>}
    </div>
  );
}
