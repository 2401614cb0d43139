/* What the log's terms are called for people. What is not known here keeps its own name. */

export const actorKinds = [
  { value: 'person', label: 'People' },
  { value: 'key', label: 'API keys' },
  { value: 'workflow', label: 'Workflows' },
  { value: 'carrier', label: 'The carrier' },
  { value: 'operator', label: 'The operator' },
  { value: 'system', label: 'The system' },
] as const;

export const nameless: Record<string, string> = {
  person: 'Somebody',
  key: 'An API key',
  workflow: 'A workflow',
  carrier: 'The carrier',
  operator: 'The operator',
  system: 'The system',
  contact: 'The contact',
};

/** Kinds of records of a sub-account: with an article, and in the plural. */
export const records: Record<string, readonly [one: string, many: string]> = {
  contact: ['a contact', 'Contacts'],
  company: ['a company', 'Companies'],
  conversation: ['a conversation', 'Conversations'],
  message: ['a message', 'Messages'],
  note: ['a note', 'Notes'],
  task: ['a task', 'Tasks'],
  file: ['a file', 'Files'],
  optout: ['an opt-out', 'Opt-outs'],
  import: ['an import', 'Imports'],
  bulk: ['a bulk action', 'Bulk actions'],
  view: ['a view', 'Views'],
  custom_field: ['a custom field', 'Custom fields'],
  field_folder: ['a folder of fields', 'Folders of fields'],
  webhook: ['a webhook', 'Webhooks'],
  audit: ['the audit', 'The audit'],
};

/** What the administration keeps. */
const administered: Record<string, readonly [one: string, many: string]> = {
  session: ['a session', 'Sign-ins'],
  member: ['a member', 'Members'],
  invitation: ['an invitation', 'Invitations'],
  role: ['a role', 'Roles'],
  team: ['a team', 'Teams'],
  api_key: ['an API key', 'API keys'],
  oauth_app: ['an app', 'Apps'],
  oauth_grant: ['an app’s access', 'Access of apps'],
  passkey: ['a passkey', 'Passkeys'],
  totp: ['an authenticator', 'Authenticators'],
  password: ['a password', 'Passwords'],
  recovery_codes: ['recovery codes', 'Recovery codes'],
  policy: ['the rules of signing in', 'Rules of signing in'],
  impersonation: ['an impersonation', 'Impersonations'],
  sub_account: ['a sub-account', 'Sub-accounts'],
  agency: ['the agency', 'The agency'],
  database: ['a database', 'Databases'],
};

export const recordGroups = groupsOf(records);
export const agencyGroups = groupsOf({ ...administered, audit: ['the audit', 'The audit'] });

function groupsOf(table: Record<string, readonly [string, string]>) {
  return Object.entries(table)
    .map(([value, [, label]]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

const deeds: Record<string, string> = {
  'session.opened': 'signed in',
  'session.closed': 'signed out',
  'session.closed_everywhere': 'signed out everywhere',
  'session.revoked': 'ended a session',
  'session.ended': 'was signed out',
  'session.throttled': 'was kept from signing in for a while',
  'api_key.refused': 'was refused an API key',
  'passkey.refused': 'was refused a passkey',
  'oauth_grant.reused': 'used an app’s access twice, so it was ended',
  'invitation.accepted': 'accepted an invitation',
  'member.role_changed': 'gave a member another role',
  'impersonation.started': 'began to act as somebody else',
  'impersonation.ended': 'stopped acting as somebody else',
  'password.reset': 'set a password by a link',
  'person.erased': 'erased somebody who left',
  'contact.merged': 'merged contacts',
  'contact.unmerged': 'took a merge back',
  'contact.told_apart': 'said that contacts are not the same person',
  'contact.told_apart_taken_back': 'took back that contacts are not the same person',
  'contact.erased': 'erased a deleted contact',
  'contact.exported': 'exported contacts',
  'task.completed': 'finished a task',
  'task.reminder': 'reminded of a task',
  'person.mentioned': 'mentioned somebody',
  'bulk.done': 'finished a bulk action',
  'bulk.undoing': 'began to undo a bulk action',
  'import.done': 'finished an import',
  'audit.exported': 'exported the audit',
  'audit.policy_changed': 'changed how long the audit is kept',
};

const verbs: Record<string, string> = {
  created: 'added',
  updated: 'changed',
  changed: 'changed',
  deleted: 'deleted',
  removed: 'removed',
  restored: 'restored',
  started: 'started',
  paused: 'paused',
  cancelled: 'cancelled',
  failed: 'failed over',
  undone: 'undid',
  reopened: 'opened again',
  issued: 'sent',
  revoked: 'revoked',
  accepted: 'accepted',
  enabled: 'switched on',
  disabled: 'switched off',
  reset: 'reset',
  renewed: 'renewed',
  requested: 'asked for',
  suspended: 'suspended',
  change_requested: 'asked for a change of',
  deletion_requested: 'asked for the deletion of',
  status_changed: 'changed the state of',
  hosts_changed: 'changed the hosts of',
  telephony_changed: 'changed the telephony of',
  telephony_removed: 'removed the telephony of',
};

/** An action as what its actor did: "changed a contact". */
export function deedOf(action: string): string {
  const [noun = '', verb = ''] = action.split('.');
  const one = (records[noun] ?? administered[noun])?.[0];
  return deeds[action] ?? (verbs[verb] && one ? `${verbs[verb]} ${one}` : action.replace(/[._]+/g, ' '));
}

const bulks: Record<string, string> = {
  'tag.add': 'add tags:',
  'tag.remove': 'remove tags:',
  assign: 'assign an owner',
  'follower.add': 'add followers',
  'follower.remove': 'remove followers',
  'dnd.add': 'do not disturb',
  'dnd.remove': 'may be disturbed again',
  'field.set': 'set a field',
  delete: 'delete',
};

/** What a bulk action does. */
export function bulkName(kind: string): string {
  return bulks[kind] ?? kind.replace(/[._]+/g, ' ');
}

/** "custom.loyalty_level" is "custom › loyalty level", and "owner_id" the owner. */
export function fieldName(path: string): string {
  return path
    .replace(/(?<=[a-z])_ids?$/, '')
    .replaceAll('.', ' › ')
    .replaceAll('_', ' ');
}
