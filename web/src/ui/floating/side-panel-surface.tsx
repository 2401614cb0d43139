import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { focusItself } from '../focus-itself';
import { IconButton } from '../icon-button';
import type { SidePanelProps } from '../side-panel';

export function SidePanelSurface({ open, onClose, title, description, children }: SidePanelProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          tabIndex={-1}
          onOpenAutoFocus={focusItself}
          className="fixed inset-y-0 end-0 z-40 flex w-full max-w-[440px] animate-panel flex-col border-line border-s bg-raised outline-none"
        >
          <header className="flex h-12 shrink-0 items-center justify-between gap-3 border-line border-b ps-4 pe-2.5">
            <Dialog.Title className="truncate font-semibold text-base">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label="Close" keys="escape" />
            </Dialog.Close>
          </header>
          {description && <Dialog.Description className="sr-only">{description}</Dialog.Description>}
          <div className="flex min-h-0 flex-1 flex-col">{open && children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
