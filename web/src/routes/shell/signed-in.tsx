import { Outlet, useParams } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { ImpersonationBanner } from '@/features/access';
import { listenForShortcuts } from '@/lib/keyboard';
import { IconButton } from '@/ui/icon-button';
import { fetchOverlaysSoon } from '@/ui/overlays';
import { Toaster } from '@/ui/toaster';
import { rememberedAccount } from '../last-account';
import { ConnectionBanner } from './connection-banner';
import { Rail } from './rail';
import { ShortcutSheet } from './shortcut-sheet';
import { useAccountStream } from './use-account-stream';
import { useShellCommands } from './use-shell-commands';

const Palette = lazy(() => import('./palette').then(({ Palette: component }) => ({ default: component })));

/** What stays around every page: the rail, the palette, the keyboard, the connection, what was just done. */
export function SignedIn() {
  const { account: inUrl } = useParams({ strict: false });
  const account = inUrl ?? rememberedAccount() ?? undefined;
  const status = useAccountStream(inUrl);
  const [drawer, setDrawer] = useState(false);
  const [overlay, setOverlay] = useState<'palette' | 'shortcuts' | null>(null);
  useEffect(() => listenForShortcuts(), []);
  useEffect(() => fetchOverlaysSoon(), []);
  useShellCommands({
    account,
    openPalette: () => setOverlay('palette'),
    openShortcuts: () => setOverlay('shortcuts'),
  });
  const close = () => setOverlay(null);
  return (
    <>
      <div className="flex h-dvh overflow-hidden">
        <a
          href="#main"
          className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:start-2 focus:top-2"
        >
          Skip to the page
        </a>
        <Rail
          account={account}
          drawer={drawer}
          onCloseDrawer={() => setDrawer(false)}
          onSearch={() => setOverlay('palette')}
          onShortcuts={() => setOverlay('shortcuts')}
        />
        <main id="main" tabIndex={-1} className="relative flex min-w-0 flex-1 flex-col outline-none">
          <ImpersonationBanner />
          <ConnectionBanner stream={inUrl ? status : 'live'} />
          <div className="group/page relative flex min-h-0 flex-1 flex-col">
            <IconButton
              icon={MenuIcon}
              label="Open the menu"
              onClick={() => setDrawer(true)}
              className="absolute start-2.5 top-2.5 z-20 group-has-data-own-back/page:hidden md:hidden"
            />
            <Outlet />
          </div>
        </main>
        <ShortcutSheet open={overlay === 'shortcuts'} onClose={close} />
        <Suspense>{overlay === 'palette' && <Palette onClose={close} />}</Suspense>
      </div>
      <Toaster />
    </>
  );
}
