import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import {
  AccountKeysScreen,
  AgencyKeysScreen,
  ConsentScreen,
  InvitationScreen,
  PasswordResetScreen,
  ProfileScreen,
  SecurityScreen,
  SignInScreen,
} from '@/features/access';
import { AgencyAuditScreen, AuditScreen, auditSearch } from '@/features/audit';
import { CompaniesScreen, companySearch } from '@/features/company';
import {
  BulkScreen,
  ContactsScreen,
  contactSearch,
  DuplicatesScreen,
  duplicateSearch,
} from '@/features/contact';
import { InboxScreen, inboxSearch } from '@/features/conversation';
import { SubAccountsScreen, subAccountSearch } from '@/features/directory';
import { FieldsScreen, fieldSearch } from '@/features/field';
import { ImportScreen, ImportsScreen } from '@/features/import';
import { ParkedWorkScreen, WorkScreen, workSearch } from '@/features/job';
import {
  AgencyInvitationsScreen,
  AgencyMembersScreen,
  InvitationsScreen,
  MembersScreen,
  memberSearch,
} from '@/features/member';
import { AccountRolesScreen, AgencyRolesScreen, roleSearch } from '@/features/role';
import { TeamsScreen, teamSearch } from '@/features/team';
import { WebhooksScreen, webhookSearch } from '@/features/webhook';
import { text } from '@/lib/search';
import {
  goHome,
  type RouterContext,
  requireAccount,
  requireAgency,
  requireBrand,
  requireSession,
} from './guards';
import { ErrorPage } from './shell/error-page';
import { NotFoundPage } from './shell/not-found-page';
import { Root } from './shell/root';

/* Every address of the app, on one page. Screens load when they are first shown. */

const root = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
  beforeLoad: requireBrand,
});

const home = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: goHome });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInScreen,
  validateSearch: (raw: Record<string, unknown>): { next?: string } => ({ next: text(raw.next) }),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation/$token',
  component: InvitationScreen,
});

/** Signed in, but without the shell: the page belongs to the question that it asks. */
const consenting = createRoute({ getParentRoute: () => root, id: 'consenting', beforeLoad: requireSession });

const consent = createRoute({
  getParentRoute: () => consenting,
  path: '/oauth/consent',
  component: ConsentScreen,
  validateSearch: (raw: Record<string, unknown>): { request?: string } => ({ request: text(raw.request) }),
});

const passwordReset = createRoute({
  getParentRoute: () => root,
  path: '/password-reset/$token',
  component: PasswordResetScreen,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  // Who only signs in needs no shell.
  component: lazyRouteComponent(() => import('./shell/signed-in'), 'SignedIn'),
  beforeLoad: requireSession,
});

const profile = createRoute({ getParentRoute: () => signedIn, path: '/profile', component: ProfileScreen });

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/a/$account',
  beforeLoad: requireAccount,
});

const accountHome = createRoute({
  getParentRoute: () => account,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/a/$account/inbox', params, replace: true });
  },
});

const inbox = createRoute({
  getParentRoute: () => account,
  path: '/inbox',
  component: InboxScreen,
  validateSearch: inboxSearch,
});

const contacts = createRoute({
  getParentRoute: () => account,
  path: '/contacts',
  component: ContactsScreen,
  validateSearch: contactSearch,
});

const bulk = createRoute({
  getParentRoute: () => account,
  path: '/contacts/bulk',
  component: BulkScreen,
});

const duplicates = createRoute({
  getParentRoute: () => account,
  path: '/contacts/duplicates',
  component: DuplicatesScreen,
  validateSearch: duplicateSearch,
});

const companies = createRoute({
  getParentRoute: () => account,
  path: '/companies',
  component: CompaniesScreen,
  validateSearch: companySearch,
});

const fields = createRoute({
  getParentRoute: () => account,
  path: '/settings/fields',
  component: FieldsScreen,
  validateSearch: fieldSearch,
});

const imports = createRoute({
  getParentRoute: () => account,
  path: '/imports',
  component: ImportsScreen,
});

const oneImport = createRoute({
  getParentRoute: () => account,
  path: '/imports/$import',
  component: ImportScreen,
});

const accountKeys = createRoute({
  getParentRoute: () => account,
  path: '/settings/api-keys',
  component: AccountKeysScreen,
});

const webhooks = createRoute({
  getParentRoute: () => account,
  path: '/settings/webhooks',
  component: WebhooksScreen,
  validateSearch: webhookSearch,
});

const work = createRoute({
  getParentRoute: () => account,
  path: '/work',
  component: WorkScreen,
  validateSearch: workSearch,
});

const audit = createRoute({
  getParentRoute: () => account,
  path: '/audit',
  component: AuditScreen,
  validateSearch: auditSearch,
});

const people = createRoute({ getParentRoute: () => account, path: '/people' });

const members = createRoute({
  getParentRoute: () => people,
  path: '/',
  component: MembersScreen,
  validateSearch: memberSearch,
});

const invitations = createRoute({
  getParentRoute: () => people,
  path: '/invitations',
  component: InvitationsScreen,
  validateSearch: memberSearch,
});

const teams = createRoute({
  getParentRoute: () => people,
  path: '/teams',
  component: TeamsScreen,
  validateSearch: teamSearch,
});

const accountRoles = createRoute({
  getParentRoute: () => people,
  path: '/roles',
  component: AccountRolesScreen,
  validateSearch: roleSearch,
});

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

export const routeTree = root.addChildren([
  home,
  signIn,
  invitation,
  consenting.addChildren([consent]),
  passwordReset,
  signedIn.addChildren([
    profile,
    account.addChildren([
      accountHome,
      inbox,
      contacts,
      bulk,
      duplicates,
      companies,
      imports,
      oneImport,
      fields,
      accountKeys,
      webhooks,
      work,
      audit,
      people.addChildren([members, invitations, teams, accountRoles]),
    ]),
    agency.addChildren([
      agencyHome,
      subAccounts,
      agencyKeys,
      agencyParkedWork,
      agencyAudit,
      agencyPeople.addChildren([agencyMembers, agencyInvitations, agencyRoles, agencySecurity]),
    ]),
  ]),
]);
