import { Menu } from 'radix-ui/internal';
import { type ReactNode, type RefObject, useRef } from 'react';
import { cx } from '@/lib/cx';
import type { MenuItem } from '../menu';

interface Props {
  id: string;
  /** What opened it: it stands there, and the focus goes back to it. */
  anchor: RefObject<HTMLElement | null>;
  /** The first item has the focus; by pointer none has. */
  byKey: boolean;
  onClose: () => void;
  groups: MenuItem[][];
  align: 'start' | 'end';
  side: 'top' | 'bottom';
  header: ReactNode;
}

export function MenuSurface({ id, anchor, byKey, onClose, groups, align, side, header }: Props) {
  const entered = useRef(false);
  const enter = (event: Event) => {
    if (!byKey || entered.current) return;
    entered.current = true;
    event.preventDefault();
    const first = '[role="menuitem"]:not([data-disabled])';
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(first)?.focus();
  };
  return (
    <Menu.Root open onOpenChange={(open) => !open && onClose()} modal>
      <Menu.Anchor virtualRef={anchor} />
      <Menu.Portal>
        <Menu.Content
          id={id}
          aria-labelledby={`${id}-trigger`}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onEntryFocus={enter}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className="scroll-thin z-50 max-h-(--radix-popper-available-height) min-w-48 max-w-80 animate-fade overflow-y-auto rounded-lg bg-raised p-1 shadow-pop"
        >
          {header && <Menu.Label className="px-2 py-1.5 text-ink-3 text-xs">{header}</Menu.Label>}
          {groups.map((items, index) => (
            <Menu.Group key={index}>
              {index > 0 && <Menu.Separator className="-mx-1 my-1 h-px bg-line" />}
              {items.map((item) => (
                <Menu.Item
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
                </Menu.Item>
              ))}
            </Menu.Group>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
