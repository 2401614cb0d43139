import { lazyRouteComponent } from '@tanstack/react-router';

export const ProvidersScreen = lazyRouteComponent(
  () => import('./screens/providers-screen'),
  'ProvidersScreen',
);
