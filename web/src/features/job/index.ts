import { lazyRouteComponent } from '@tanstack/react-router';

export { workSearch } from './search';

export const WorkScreen = lazyRouteComponent(() => import('./screens/work-screen'), 'WorkScreen');
export const ParkedWorkScreen = lazyRouteComponent(
  () => import('./screens/parked-work-screen'),
  'ParkedWorkScreen',
);
