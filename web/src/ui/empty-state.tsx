import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  icon: LucideIcon;
  title: string;
  /** One or two sentences that teach the next step. */
  children?: ReactNode;
  action?: ReactNode;
  /** It is the whole page, so its title is the page's. */
  page?: boolean;
}

export function EmptyState({ icon: Icon, title, children, action, page }: Props) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="flex h-full min-h-64 animate-fade flex-col items-center justify-center gap-3 p-6 text-center">
      <span className="flex size-10 items-center justify-center rounded-lg border border-line bg-sunken text-ink-3">
        <Icon aria-hidden size={18} strokeWidth={1.75} />
      </span>
      <div className="max-w-80">
        <Title className="font-medium text-base text-ink">{title}</Title>
        {children && <div className="mt-1 text-ink-3">{children}</div>}
      </div>
      {action}
    </div>
  );
}
