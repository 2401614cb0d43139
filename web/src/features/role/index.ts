import { lazyRouteComponent } from '@tanstack/react-router';

export { rolesQuery } from './api';
export { reachOf } from './model';
export { roleSearch } from './search';

export const AgencyRolesScreen = lazyRouteComponent(
  () => import('./screens/agency-roles-screen'),
  'AgencyRolesScreen',
);
export const AccountRolesScreen = lazyRouteComponent(
  () => import('./screens/account-roles-screen'),
  'AccountRolesScreen',
);
