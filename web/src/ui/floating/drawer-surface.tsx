import { Dialog } from 'radix-ui';
import type { DrawerProps } from '../drawer';

export function DrawerSurface({ open, onClose, title, children }: DrawerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          // Whatever was chosen in it, the drawer has done its work.
          onClick={(event) => (event.target as Element).closest('a') && onClose()}
          className="fixed inset-y-0 start-0 z-40 flex w-64 max-w-[85vw] animate-fade flex-col border-line border-e bg-sunken outline-none md:hidden"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
