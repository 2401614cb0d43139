import { type ReactNode, useId, useRef, useState } from 'react';
import { attach, type Trigger } from './attach';
import { useOverlays } from './overlays';

interface Props {
  trigger: Trigger;
  label: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'end';
  children: ReactNode;
}

/** A small surface beside what opened it. Escape and a press elsewhere close it. */
export function Popover({ trigger, label, open: told, onOpenChange, align = 'start', children }: Props) {
  const id = useId();
  const anchor = useRef<HTMLElement>(null);
  const [own, setOwn] = useState(false);
  const open = told ?? own;
  const overlays = useOverlays(open);
  const show = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  return (
    <>
      {attach(trigger, {
        ref: anchor,
        'aria-haspopup': 'dialog',
        'aria-expanded': open,
        'aria-controls': open && overlays ? id : undefined,
        onClick: () => show(!open),
      })}
      {open && overlays && (
        <overlays.PopoverSurface
          id={id}
          anchor={anchor}
          label={label}
          align={align}
          onClose={() => show(false)}
        >
          {children}
        </overlays.PopoverSurface>
      )}
    </>
  );
}
