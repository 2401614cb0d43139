import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { cx } from '@/lib/cx';
import { focusItself } from '../focus-itself';
import { IconButton } from '../icon-button';
import type { ModalProps } from '../modal';

export function ModalSurface({ open, onClose, title, wide, children }: ModalProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={focusItself}
          className={cx(
            'fixed inset-x-3 top-[12vh] z-40 mx-auto flex max-h-[76vh] animate-rise flex-col rounded-xl bg-raised shadow-pop outline-none',
            wide ? 'max-w-4xl' : 'max-w-lg',
          )}
        >
          <header className="flex h-12 shrink-0 items-center justify-between gap-3 border-line border-b ps-4 pe-2.5">
            <Dialog.Title className="truncate font-semibold text-base">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label="Close" keys="escape" />
            </Dialog.Close>
          </header>
          <div className="scroll-thin min-h-0 overflow-y-auto p-4">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
