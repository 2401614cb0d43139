import { cx } from '@/lib/cx';
import { useWide } from '@/lib/media';
import { Drawer } from '@/ui/drawer';
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
      <Drawer open={drawer} onClose={onCloseDrawer} title="Navigation">
        <RailContent {...content} collapsed={false} onLeave={onCloseDrawer} />
      </Drawer>
    </>
  );
}
