import type { PermissionInfo, Role } from '@/lib/api';
import { id, minutesAgo } from './fake-data';
import { Refusal, type Route, stale } from './fake-refusal';

const [owners, admins, support] = ['agency_owner', 'agency_admin', 'agency_support'];
const [accountAdmin, manager, user, reader] = [
  'account_admin',
  'account_manager',
  'account_user',
  'account_read_only',
];
const staff = [owners, admins, support];
const chiefs = [owners, admins, accountAdmin];
const everyone = [...staff, accountAdmin, manager, user, reader];
const workers = everyone.filter((role) => role !== reader);

/** [permission, only for those who reach everything, built-in roles that hold it] */
const table: [string, boolean, (string | undefined)[]][] = [
  ['contacts.read', false, everyone],
  ['contacts.write', false, workers],
  ['conversations.read', false, everyone],
  ['messages.send', false, workers],
  ['members.read', false, everyone],
  ['members.manage', true, chiefs],
  ['teams.manage', true, [...chiefs, manager]],
  ['views.share', true, [...chiefs, manager]],
  ['fields.manage', true, [...chiefs, manager]],
  ['keys.manage', true, chiefs],
  ['audit.read', true, [...chiefs, support, manager]],
  ['audit.manage', true, chiefs],
  ['jobs.manage', true, [...chiefs, support]],
  ['webhooks.manage', true, chiefs],
  ['agency.sub_accounts.read', true, staff],
  ['agency.sub_accounts.write', true, [owners, admins]],
  ['agency.keys.manage', true, [owners, admins]],
  ['agency.oauth_apps.manage', true, [owners, admins]],
  ['agency.audit.read', true, [owners, admins]],
  ['agency.audit.manage', true, [owners]],
  ['agency.jobs.read', true, staff],
  ['agency.members.read', true, staff],
  ['agency.members.manage', true, [owners, admins]],
  ['agency.roles.manage', true, [owners, admins]],
  ['agency.impersonate', true, staff],
  ['agency.security.manage', true, [owners, admins]],
  ['agency.sso.manage', true, [owners]],
  ['agency.owners.manage', true, [owners]],
];

const builtIn: [string | undefined, string][] = [
  [owners, 'Agency owner'],
  [admins, 'Agency admin'],
  [support, 'Agency support'],
  [accountAdmin, 'Admin'],
  [manager, 'Manager'],
  [user, 'User'],
  [reader, 'Read only'],
];

function makeRole(n: number, changes: Partial<Role>): Role {
  return {
    id: id(12, n),
    name: '',
    description: '',
    level: 'account',
    built_in: false,
    permissions: [],
    reach: 'all',
    members: 0,
    grantable: true,
    created_at: minutesAgo(9000),
    updated_at: minutesAgo(900),
    version: 1,
    ...changes,
  };
}

/** Roles and what they allow, in memory. */
export class FakeRoles {
  all: Role[] = [
    ...builtIn.map(([role = '', name], n) =>
      makeRole(n, {
        id: role,
        name,
        level: n < 3 ? 'agency' : 'account',
        built_in: true,
        members: [1, 2, 0, 3, 1, 4, 0][n],
        permissions: table.filter(([, , held]) => held.includes(role)).map(([permission]) => permission),
      }),
    ),
    makeRole(20, {
      name: 'Sales',
      description: 'Sells; sees their own customers.',
      reach: 'assigned',
      members: 0,
      permissions: ['contacts.read', 'contacts.write', 'conversations.read', 'messages.send'],
    }),
    makeRole(21, {
      name: 'Shift leader',
      reach: 'team',
      members: 2,
      permissions: ['contacts.read', 'conversations.read', 'messages.send', 'members.read'],
    }),
  ];
  private made = 100;

  routes: Route[] = [
    ['GET', /^\/permissions$/, () => ({ items: table.map(permissionInfo) })],
    ['GET', /^\/agency\/roles$/, () => ({ items: this.all })],
    ['GET', /\/roles$/, () => ({ items: this.all.filter(({ level }) => level === 'account') })],
    ['POST', /^\/agency\/roles$/, (_, body) => this.addRole(body)],
    ['PATCH', /^\/agency\/roles\/(.+)$/, ([, one], body, _, request) => this.changeRole(one, body, request)],
    [
      'DELETE',
      /^\/agency\/roles\/(.+)$/,
      ([, one]) => {
        this.all = this.all.filter((role) => role.id !== one);
      },
    ],
  ];

  private addRole(body: Record<string, unknown>) {
    if (this.all.some(({ name }) => name === body.name))
      return new Refusal(409, 'role.name_taken', 'Another role has this name.', {
        errors: [{ path: 'name', message: 'Another role has this name.' }],
      });
    this.made += 1;
    const role = makeRole(this.made, body as Partial<Role>);
    this.all = [...this.all, role];
    return role;
  }

  private changeRole(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.all.find((role) => role.id === one);
    if (old && request.headers.get('If-Match') !== `"${old.version}"`) return stale;
    this.all = this.all.map((role) =>
      role.id === one ? { ...role, ...body, version: role.version + 1 } : role,
    );
    return this.all.find((role) => role.id === one);
  }
}

function permissionInfo([permission, wide, roles]: (typeof table)[number]): PermissionInfo {
  return {
    permission,
    description: `What ${permission} allows.`,
    level: permission.startsWith('agency.') ? 'agency' : 'account',
    wide,
    roles: roles.filter((role) => role !== undefined),
  };
}
