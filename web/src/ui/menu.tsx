import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';
import { attach, type Trigger } from './attach';
import { useOverlays } from './overlays';

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
  trigger: Trigger;
  /** Groups are parted by a hairline. */
  groups: MenuItem[][];
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  header?: ReactNode;
}

export function Menu({ trigger, groups, align = 'end', side = 'bottom', header }: Props) {
  const id = useId();
  const anchor = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<'by pointer' | 'by key' | null>(null);
  const overlays = useOverlays(open !== null);
  return (
    <>
      {attach(trigger, {
        ref: anchor,
        id: `${id}-trigger`,
        'aria-haspopup': 'menu',
        'aria-expanded': open !== null,
        'aria-controls': open && overlays ? id : undefined,
        // With the press, not with its end: that is when a menu of the system opens.
        onPointerDown: (event: PointerEvent) => {
          if (event.button !== 0 || event.ctrlKey) return;
          if (!open) event.preventDefault();
          setOpen(open ? null : 'by pointer');
        },
        onKeyDown: (event: KeyboardEvent) => {
          if (!['Enter', ' ', 'ArrowDown'].includes(event.key)) return;
          event.preventDefault();
          setOpen(open && event.key !== 'ArrowDown' ? null : 'by key');
        },
      })}
      {open && overlays && (
        <overlays.MenuSurface
          id={id}
          anchor={anchor}
          byKey={open === 'by key'}
          onClose={() => setOpen(null)}
          groups={groups}
          align={align}
          side={side}
          header={header}
        />
      )}
    </>
  );
}
