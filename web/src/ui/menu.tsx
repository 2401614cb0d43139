import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  tone?: 'bad';
  /** Set on one of several that exclude each other. */
  checked?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

interface Props {
  trigger: ReactNode;
  /** Groups are parted by a hairline. */
  groups: MenuItem[][];
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  header?: ReactNode;
}

export function Menu({ trigger, groups, align = 'end', side = 'bottom', header }: Props) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="scroll-thin z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 animate-fade overflow-y-auto rounded-lg bg-raised p-1 shadow-pop"
        >
          {header && (
            <DropdownMenu.Label className="px-2 py-1.5 text-ink-3 text-xs">{header}</DropdownMenu.Label>
          )}
          {groups.map((items, index) => (
            <DropdownMenu.Group key={index}>
              {index > 0 && <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />}
              {items.map((item) => (
                <DropdownMenu.Item
                  key={item.label}
                  disabled={item.disabled}
                  onSelect={item.onSelect}
                  aria-current={item.checked || undefined}
                  className={cx(
                    'flex h-8 select-none items-center gap-2 rounded-md px-2 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover',
                    item.tone === 'bad' ? 'text-bad' : 'text-ink',
                    item.checked && 'font-medium',
                  )}
                >
                  {item.icon && (
                    <item.icon aria-hidden size={15} strokeWidth={1.75} className="shrink-0 opacity-75" />
                  )}
                  <span className="truncate">{item.label}</span>
                  {item.checked && <span aria-hidden className="ms-auto size-1.5 rounded-full bg-brand" />}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
