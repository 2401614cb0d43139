import { lazyRouteComponent } from '@tanstack/react-router';

export { memberSearch } from './search';

export const MembersScreen = lazyRouteComponent(() => import('./screens/members-screen'), 'MembersScreen');
export const AgencyMembersScreen = lazyRouteComponent(
  () => import('./screens/agency-members-screen'),
  'AgencyMembersScreen',
);
export const InvitationsScreen = lazyRouteComponent(
  () => import('./screens/invitations-screen'),
  'InvitationsScreen',
);
export const AgencyInvitationsScreen = lazyRouteComponent(
  () => import('./screens/agency-invitations-screen'),
  'AgencyInvitationsScreen',
);
