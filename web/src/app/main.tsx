import './styles.css';
import { setNonce } from 'get-nonce';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { boot } from '@/lib/boot';
import { fetchFace } from '@/lib/face';
import { followSystemTheme } from '@/lib/theme';
import { App } from './app';
import { createQueryClient } from './query-client';
import { createAppRouter } from './router';

// For the one style element that locks the page's scroll under a dialog.
if (boot.nonce) setNonce(boot.nonce);
followSystemTheme();

const client = createQueryClient(() => {
  client.setQueryData(['session'], null);
  void router.invalidate();
});
const router = createAppRouter(client);
// The screen's code comes while the session is asked for, not after it.
for (const { routeId } of router.matchRoutes(router.latestLocation)) {
  const route = Object.values(router.routesById).find(({ id }) => id === routeId);
  if (route) void router.loadRouteChunk(route);
}

// The page holds the brand's name until there is a screen to put in its place.
const root = document.getElementById('root');
if (root)
  void router.load().then(() => {
    // As a transition the first render is done in small steps, and a phone answers in between.
    startTransition(() =>
      createRoot(root).render(
        <StrictMode>
          <App client={client} router={router} />
        </StrictMode>,
      ),
    );
    fetchFace((put) => router.subscribe('onResolved', ({ pathChanged }) => pathChanged && put()));
  });
