import { lazyRouteComponent } from '@tanstack/react-router';

export { subAccountSearch } from './search';

export const SubAccountsScreen = lazyRouteComponent(
  () => import('./screens/sub-accounts-screen'),
  'SubAccountsScreen',
);
