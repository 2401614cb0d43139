import { createLink } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';
import { Tooltip } from '@/ui/tooltip';

interface Props extends ComponentProps<'a'> {
  icon: LucideIcon;
  label: string;
  keys?: string;
  collapsed: boolean;
}

/** One place to go to. The router marks the one where we are with aria-current. */
export const RailItem = createLink(function RailItem({
  icon: Icon,
  label,
  keys,
  collapsed,
  className: _,
  ...rest
}: Props) {
  return (
    <li>
      <Tooltip label={label} keys={keys} side="right">
        <a
          {...rest}
          aria-label={collapsed ? label : undefined}
          className={cx(
            'flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-ink-2 hover:bg-hover hover:text-ink aria-[current=page]:bg-active aria-[current=page]:text-ink',
            collapsed && 'justify-center px-0',
          )}
        >
          <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />
          {!collapsed && <span className="truncate">{label}</span>}
        </a>
      </Tooltip>
    </li>
  );
});
