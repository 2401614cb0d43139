import { createRoute, redirect } from '@tanstack/react-router';
import {
  AccountKeysScreen,
  ConsentScreen,
  InvitationScreen,
  PasswordResetScreen,
  ProfileScreen,
  SignInScreen,
} from '@/features/access';
import { AuditScreen, auditSearch } from '@/features/audit';
import { CompaniesScreen, companySearch } from '@/features/company';
import {
  ApartScreen,
  BulkScreen,
  ContactsScreen,
  contactSearch,
  DuplicatesScreen,
  duplicateSearch,
} from '@/features/contact';
import { InboxScreen, inboxSearch } from '@/features/conversation';
import { FieldsScreen, fieldSearch } from '@/features/field';
import { ImportScreen, ImportsScreen } from '@/features/import';
import { WorkScreen, workSearch } from '@/features/job';
import { InvitationsScreen, MembersScreen, memberSearch } from '@/features/member';
import { AccountRolesScreen, roleSearch } from '@/features/role';
import { TasksScreen, taskSearch } from '@/features/task';
import { TeamsScreen, teamSearch } from '@/features/team';
import { WebhooksScreen, webhookSearch } from '@/features/webhook';
import { text } from '@/lib/search';
import { agencyTree } from './agency-tree';
import { goHome, requireAccount, requireSession } from './guards';
import { root, signedIn } from './signed-in';

/* Every address of the app; the agency's console stands beside. Screens load when they are first shown. */

const home = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: goHome });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInScreen,
  validateSearch: (raw: Record<string, unknown>): { next?: string; sso?: string; sso_error?: string } => ({
    next: text(raw.next),
    sso: text(raw.sso),
    sso_error: text(raw.sso_error),
  }),
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

const apart = createRoute({
  getParentRoute: () => account,
  path: '/contacts/duplicates/apart',
  component: ApartScreen,
});

const companies = createRoute({
  getParentRoute: () => account,
  path: '/companies',
  component: CompaniesScreen,
  validateSearch: companySearch,
});

const tasks = createRoute({
  getParentRoute: () => account,
  path: '/tasks',
  component: TasksScreen,
  validateSearch: taskSearch,
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
      apart,
      companies,
      tasks,
      imports,
      oneImport,
      fields,
      accountKeys,
      webhooks,
      work,
      audit,
      people.addChildren([members, invitations, teams, accountRoles]),
    ]),
    agencyTree,
  ]),
]);
