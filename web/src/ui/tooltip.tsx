import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { KeyCaps } from './key-caps';

interface Props {
  label: ReactNode;
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactNode;
}

/** Says on hover and focus what an element means. Its child must be focusable or hold its own name. */
export function Tooltip({ label, keys, side = 'bottom', children }: Props) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 animate-fade items-center gap-2 rounded-md bg-ink px-2 py-1 text-page text-xs"
        >
          {label}
          {keys && <KeyCaps keys={keys} inverted />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
