import { Portal } from 'radix-ui';
import { DismissableLayer, Popper } from 'radix-ui/internal';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  id: string;
  anchor: HTMLElement;
  side: 'top' | 'right' | 'bottom' | 'left';
  /** The pointer is on it, where it may stay. */
  onStay: () => void;
  onAway: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function TipSurface({ id, anchor, side, onStay, onAway, onClose, children }: Props) {
  const at = useRef(anchor);
  at.current = anchor;
  useEffect(() => {
    const scrolled = ({ target }: Event) => target instanceof Node && target.contains(anchor) && onClose();
    addEventListener('scroll', scrolled, { capture: true });
    return () => removeEventListener('scroll', scrolled, { capture: true });
  }, [anchor, onClose]);
  return (
    <Popper.Root>
      <Popper.Anchor virtualRef={at} />
      <Portal.Root>
        <DismissableLayer.Root asChild onFocusOutside={(event) => event.preventDefault()} onDismiss={onClose}>
          <Popper.Content
            id={id}
            role="tooltip"
            side={side}
            sideOffset={6}
            collisionPadding={8}
            onPointerEnter={onStay}
            onPointerLeave={onAway}
            className="z-50 flex max-w-72 animate-fade items-center gap-2 rounded-md bg-ink px-2 py-1 text-page text-xs"
          >
            {children}
          </Popper.Content>
        </DismissableLayer.Root>
      </Portal.Root>
    </Popper.Root>
  );
}
