/*
 * Every permission there is, in words that people read, grouped as forms and the matrix show them. The server's table
 * (GET /api/v1/permissions) says who holds which; the words are the app's.
 */
const groups = [
  {
    title: 'Customers',
    permissions: [
      { value: 'contacts.read', label: 'Read contacts' },
      { value: 'contacts.write', label: 'Create, edit and delete contacts' },
      { value: 'contacts.export', label: 'Export contacts as a file' },
      { value: 'conversations.read', label: 'Read conversations' },
      { value: 'messages.send', label: 'Send messages and resolve conversations' },
    ],
  },
  {
    title: 'People',
    permissions: [
      { value: 'members.read', label: 'See who works here' },
      { value: 'members.manage', label: 'Invite, change and remove people' },
      { value: 'teams.manage', label: 'Create and change teams' },
    ],
  },
  {
    title: 'Set-up',
    permissions: [
      { value: 'views.share', label: 'Share views with everybody' },
      { value: 'fields.manage', label: 'Create and change custom fields' },
      { value: 'webhooks.manage', label: 'Set up webhooks and replay them' },
      { value: 'keys.manage', label: 'Create and revoke API keys' },
      { value: 'jobs.manage', label: 'See, replay and cancel background work' },
    ],
  },
  {
    title: 'Audit',
    permissions: [
      { value: 'audit.read', label: 'Read the audit log' },
      { value: 'audit.manage', label: 'Set how long the audit log is kept' },
    ],
  },
  {
    title: 'Agency',
    permissions: [
      { value: 'agency.sub_accounts.read', label: 'See the sub-accounts' },
      { value: 'agency.sub_accounts.write', label: 'Create, change and suspend sub-accounts' },
      { value: 'agency.impersonate', label: 'Enter a sub-account as one of its people' },
      { value: 'agency.members.read', label: 'See the agency’s people and roles' },
      { value: 'agency.members.manage', label: 'Invite, change and remove the agency’s people' },
      { value: 'agency.owners.manage', label: 'Make and unmake owners of the agency' },
      { value: 'agency.roles.manage', label: 'Create and change roles' },
      { value: 'agency.security.manage', label: 'Set how everybody signs in' },
      { value: 'agency.sso.manage', label: 'Say by which identity providers people sign in' },
      { value: 'agency.keys.manage', label: 'Create and revoke the agency’s API keys' },
      { value: 'agency.oauth_apps.manage', label: 'Register and remove apps that act for people' },
      { value: 'agency.jobs.read', label: 'See parked work of all sub-accounts' },
      { value: 'agency.audit.read', label: 'Read the agency’s audit log' },
      {
        value: 'agency.audit.manage',
        label: 'Set how long the agency’s audit log is kept, and erase people who left',
      },
    ],
  },
] as const;

export type Permission = (typeof groups)[number]['permissions'][number]['value'];

export interface PermissionGroup {
  title: string;
  permissions: readonly { value: Permission; label: string }[];
}

export const permissionGroups: readonly PermissionGroup[] = groups;

/** The groups whose permissions concern a sub-account. */
export const accountGroups = permissionGroups.filter(({ permissions }) =>
  permissions.some(({ value }) => !value.startsWith('agency.')),
);

const labels = new Map<string, string>(
  permissionGroups.flatMap(({ permissions }) => permissions.map(({ value, label }) => [value, label])),
);

/** The permission in words; one that this app does not know yet keeps its name. */
export function permissionLabel(permission: string): string {
  return labels.get(permission) ?? permission;
}
