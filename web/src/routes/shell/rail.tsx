import { Dialog } from 'radix-ui';
import { cx } from '@/lib/cx';
import { useWide } from '@/lib/media';
import { RailContent } from './rail-content';
import { useRailCollapsed } from './rail-state';

interface Props {
  account: string | undefined;
  drawer: boolean;
  onCloseDrawer: () => void;
  onSearch: () => void;
  onShortcuts: () => void;
}

/** The way around: a column that collapses to its icons; a drawer on small screens. */
export function Rail({ account, drawer, onCloseDrawer, onSearch, onShortcuts }: Props) {
  const collapsed = useRailCollapsed();
  const wide = useWide();
  const content = { account, onSearch, onShortcuts };
  return (
    <>
      {wide && (
        <aside
          aria-label="Navigation"
          className={cx(
            'flex shrink-0 flex-col border-line border-e bg-sunken transition-[width] duration-100',
            collapsed ? 'w-14' : 'w-56',
          )}
        >
          <RailContent {...content} collapsed={collapsed} />
        </aside>
      )}
      <Dialog.Root open={drawer} onOpenChange={(open) => !open && onCloseDrawer()}>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim md:hidden" />
          <Dialog.Content
            aria-describedby={undefined}
            // Whatever was chosen in it, the drawer has done its work.
            onClick={(event) => (event.target as Element).closest('a') && onCloseDrawer()}
            className="fixed inset-y-0 start-0 z-40 flex w-64 max-w-[85vw] animate-fade flex-col border-line border-e bg-sunken outline-none md:hidden"
          >
            <Dialog.Title className="sr-only">Navigation</Dialog.Title>
            <RailContent {...content} collapsed={false} onLeave={onCloseDrawer} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
