import { lazyRouteComponent } from '@tanstack/react-router';

export { membersQuery, sessionQuery, signOut, useSession } from './api';
export { ImpersonationBanner } from './components/impersonation-banner';
export { PeopleHeader } from './components/people-header';
export { SessionList } from './components/session-list';
export { allows, allowsIn, homeOf } from './model';
export { type Permission, permissionGroups, permissionLabel } from './permissions';
export { agencyPlace, type Place } from './place';
export { startImpersonation } from './security';

export const SignInScreen = lazyRouteComponent(() => import('./screens/sign-in-screen'), 'SignInScreen');
export const ConsentScreen = lazyRouteComponent(() => import('./screens/consent-screen'), 'ConsentScreen');
export const InvitationScreen = lazyRouteComponent(
  () => import('./screens/invitation-screen'),
  'InvitationScreen',
);
export const ProfileScreen = lazyRouteComponent(() => import('./screens/profile-screen'), 'ProfileScreen');
export const AgencyKeysScreen = lazyRouteComponent(
  () => import('./screens/agency-keys-screen'),
  'AgencyKeysScreen',
);
export const AccountKeysScreen = lazyRouteComponent(
  () => import('./screens/account-keys-screen'),
  'AccountKeysScreen',
);
export const PasswordResetScreen = lazyRouteComponent(
  () => import('./screens/password-reset-screen'),
  'PasswordResetScreen',
);
export const OAuthAppsScreen = lazyRouteComponent(
  () => import('./screens/oauth-apps-screen'),
  'OAuthAppsScreen',
);
export const SecurityScreen = lazyRouteComponent(() => import('./screens/security-screen'), 'SecurityScreen');
