import { Popover } from 'radix-ui';
import { type ReactNode, type RefObject, useRef } from 'react';

interface Props {
  id: string;
  /** What opened it: it stands there, and the focus goes back to it. */
  anchor: RefObject<HTMLElement | null>;
  label: string;
  align: 'start' | 'end';
  onClose: () => void;
  children: ReactNode;
}

export function PopoverSurface({ id, anchor, label, align, onClose, children }: Props) {
  const left = useRef(false);
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          id={id}
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // A press on what opened it closes it by itself; after one elsewhere the focus stays there.
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
            else left.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!left.current) anchor.current?.focus();
          }}
          className="z-50 flex max-h-(--radix-popover-content-available-height) w-72 max-w-[calc(100vw-16px)] animate-fade flex-col overflow-hidden rounded-lg bg-raised shadow-pop outline-none"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
