import { createRoute, redirect } from '@tanstack/react-router';
import { AgencyKeysScreen, OAuthAppsScreen, SecurityScreen } from '@/features/access';
import { AgencyAuditScreen, auditSearch } from '@/features/audit';
import { SubAccountsScreen, subAccountSearch } from '@/features/directory';
import { ParkedWorkScreen } from '@/features/job';
import { AgencyInvitationsScreen, AgencyMembersScreen, memberSearch } from '@/features/member';
import { AgencyRolesScreen, roleSearch } from '@/features/role';
import { ProvidersScreen } from '@/features/sso';
import { requireAgency } from './guards';
import { signedIn } from './signed-in';

/* The addresses of the agency's console. */

const agency = createRoute({ getParentRoute: () => signedIn, path: '/agency', beforeLoad: requireAgency });

const agencyHome = createRoute({
  getParentRoute: () => agency,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/agency/sub-accounts', replace: true });
  },
});

const subAccounts = createRoute({
  getParentRoute: () => agency,
  path: '/sub-accounts',
  component: SubAccountsScreen,
  validateSearch: subAccountSearch,
});

const agencyKeys = createRoute({
  getParentRoute: () => agency,
  path: '/api-keys',
  component: AgencyKeysScreen,
});

const agencyApps = createRoute({ getParentRoute: () => agency, path: '/apps', component: OAuthAppsScreen });

const agencyParkedWork = createRoute({
  getParentRoute: () => agency,
  path: '/parked-work',
  component: ParkedWorkScreen,
});

const agencyAudit = createRoute({
  getParentRoute: () => agency,
  path: '/audit',
  component: AgencyAuditScreen,
  validateSearch: auditSearch,
});

const agencyPeople = createRoute({ getParentRoute: () => agency, path: '/people' });

const agencyMembers = createRoute({
  getParentRoute: () => agencyPeople,
  path: '/',
  component: AgencyMembersScreen,
  validateSearch: memberSearch,
});

const agencyInvitations = createRoute({
  getParentRoute: () => agencyPeople,
  path: '/invitations',
  component: AgencyInvitationsScreen,
  validateSearch: memberSearch,
});

const agencyRoles = createRoute({
  getParentRoute: () => agencyPeople,
  path: '/roles',
  component: AgencyRolesScreen,
  validateSearch: roleSearch,
});

const agencySecurity = createRoute({
  getParentRoute: () => agencyPeople,
  path: '/security',
  component: SecurityScreen,
});

const agencyProviders = createRoute({
  getParentRoute: () => agencyPeople,
  path: '/providers',
  component: ProvidersScreen,
});

export const agencyTree = agency.addChildren([
  agencyHome,
  subAccounts,
  agencyKeys,
  agencyApps,
  agencyParkedWork,
  agencyAudit,
  agencyPeople.addChildren([agencyMembers, agencyInvitations, agencyRoles, agencySecurity, agencyProviders]),
]);
