import type { Member, OpenSession, Passkey, PermissionInfo, Role, SentInvitation, Team } from '@/lib/api';
import { colleague, id, me, members, minutesAgo, session } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

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

const firstNames = ['Ada', 'Bo', 'Chidi', 'Dolores', 'Emre', 'Freya', 'Gül', 'Hiro'];

function makeMember(n: number): Member {
  const name = `${firstNames[n % firstNames.length]} ${n % 3 ? 'Okafor' : 'van der Westhuizen-Papadopoulos'}`;
  return {
    id: id(13, n),
    name: n < firstNames.length ? name : `${name} ${n}`,
    email: `person${n}@bright-smile.example`,
    role: n % 2 ? 'account_user' : 'account_manager',
    role_name: n % 2 ? 'User' : 'Manager',
    level: 'account',
    mfa: n % 3 === 0,
    joined_at: minutesAgo(30_000 + n),
    last_seen_at: n % 4 === 3 ? undefined : minutesAgo(n * 47),
    version: 1,
  };
}

/** Who works where and may do what, in memory. */
export class FakeAccess {
  roles: Role[] = [
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
  members: Member[];
  teams: Team[] = [
    {
      id: id(14, 0),
      name: 'Front desk',
      members: [colleague, me],
      created_at: minutesAgo(9000),
      updated_at: minutesAgo(900),
      version: 1,
    },
  ];
  invitations: SentInvitation[];
  sessions: OpenSession[] = [
    this.openSession(
      0,
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
      true,
    ),
    this.openSession(
      1,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
    ),
  ];
  passkeys: Passkey[] = [
    {
      id: id(16, 0),
      name: 'Laptop',
      host: 'app.acme.example',
      created_at: minutesAgo(9000),
      last_used_at: minutesAgo(70),
      version: 1,
    },
  ];
  policy = { mfa: 'optional', version: 1 };
  impersonation: Record<string, unknown> | undefined;
  private made = 100;

  constructor(rows: number) {
    const strangers = rows === 0 ? 0 : Math.max(0, Math.min(rows, 300) - 52);
    this.members = [...members, ...Array.from({ length: strangers }, (_, n) => makeMember(n))];
    this.invitations =
      rows === 0
        ? []
        : [
            this.invitation('sam@bright-smile.example', 'account_user'),
            { ...this.invitation('lena@bright-smile.example', id(12, 20)), name: 'Lena', state: 'expired' },
          ];
    if (rows === 0) this.teams = [];
  }

  routes: Route[] = [
    ['GET', /^\/permissions$/, () => ({ items: table.map(permissionInfo) })],
    ['GET', /^\/agency\/roles$/, () => ({ items: this.roles })],
    ['GET', /\/roles$/, () => ({ items: this.roles.filter(({ level }) => level === 'account') })],
    ['POST', /^\/agency\/roles$/, (_, body) => this.addRole(body)],
    ['PATCH', /^\/agency\/roles\/(.+)$/, ([, one], body, _, request) => this.changeRole(one, body, request)],
    [
      'DELETE',
      /^\/agency\/roles\/(.+)$/,
      ([, one]) => {
        this.roles = this.roles.filter((role) => role.id !== one);
      },
    ],
    ['GET', /^\/agency\/members$/, () => ({ items: this.members.filter(({ level }) => level === 'agency') })],
    ['GET', /\/members$/, () => ({ items: this.members })],
    ['PATCH', /\/members\/(.+)$/, ([, one], body, _, request) => this.changeMember(one, body, request)],
    [
      'DELETE',
      /\/members\/([^/]+)$/,
      ([, one]) => {
        this.members = this.members.filter((member) => member.id !== one);
      },
    ],
    ['GET', /\/(?:members|people)\/[^/]+\/sessions$/, () => ({ items: this.sessions.slice(1) })],
    ['GET', /^\/me\/sessions$/, () => ({ items: this.sessions })],
    [
      'DELETE',
      /\/sessions\/(.+)$/,
      ([, one]) => {
        this.sessions = this.sessions.filter((item) => item.id !== one);
      },
    ],
    [
      'POST',
      /\/(?:members|people)\/([^/]+)\/password-reset$/,
      ([, one]) => ({
        email: this.members.find((member) => member.id === one)?.email,
        link: 'https://app.acme.example/password-reset/4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc',
        expires_at: minutesAgo(-1440),
      }),
    ],
    ['DELETE', /\/second-factor$/, () => undefined],
    ['DELETE', /^\/agency\/people\/[^/]+$/, () => undefined],
    ['GET', /\/invitations$/, () => ({ items: this.invitations })],
    ['POST', /\/invitations$/, (_, body) => this.invite(body)],
    [
      'POST',
      /\/invitations\/([^/]+)\/resend$/,
      ([, one]) => {
        const known = this.invitations.find((item) => item.id === one);
        return known && { ...known, state: 'open', link: 'https://app.acme.example/invitation/renewed' };
      },
    ],
    [
      'DELETE',
      /\/invitations\/([^/]+)$/,
      ([, one]) => {
        this.invitations = this.invitations.filter((item) => item.id !== one);
      },
    ],
    ['GET', /\/teams$/, () => ({ items: this.teams })],
    ['POST', /\/teams$/, (_, body) => this.addTeam(body)],
    [
      'PATCH',
      /\/teams\/(.+)$/,
      ([, one], body) => {
        this.teams = this.teams.map((team) =>
          team.id === one ? { ...team, ...body, version: team.version + 1 } : team,
        );
        return this.teams.find((team) => team.id === one);
      },
    ],
    [
      'DELETE',
      /\/teams\/(.+)$/,
      ([, one]) => {
        this.teams = this.teams.filter((team) => team.id !== one);
      },
    ],
    ['GET', /^\/agency\/security-policy$/, () => this.policy],
    [
      'PATCH',
      /^\/agency\/security-policy$/,
      (_, body) => {
        this.policy = { mfa: String(body.mfa), version: this.policy.version + 1 };
        return this.policy;
      },
    ],
    ['POST', /^\/agency\/impersonation$/, (_, body) => this.enter(body)],
    [
      'DELETE',
      /^\/session\/impersonation$/,
      () => {
        this.impersonation = undefined;
      },
    ],
    ['GET', /^\/me\/passkeys$/, () => ({ items: this.passkeys })],
    ['POST', /passkeys?\/begin$/, () => challenge],
    ['POST', /^\/me\/passkeys$/, (_, body) => this.addPasskey(body)],
    [
      'PATCH',
      /^\/me\/passkeys\/(.+)$/,
      ([, one], body) => {
        this.passkeys = this.passkeys.map((key) => (key.id === one ? { ...key, ...body } : key));
        return this.passkeys.find((key) => key.id === one);
      },
    ],
    [
      'DELETE',
      /^\/me\/passkeys\/(.+)$/,
      ([, one], body) => {
        if (body.password !== 'correct horse battery') return wrongPassword('password');
        this.passkeys = this.passkeys.filter((key) => key.id !== one);
      },
    ],
    [
      'PUT',
      /^\/me\/password$/,
      (_, body) => (body.password === 'correct horse battery' ? undefined : wrongPassword('password')),
    ],
    ['POST', /^\/me\/recovery-codes$/, () => ({ recovery_codes: ['aaaa-1111', 'bbbb-2222'] })],
    [
      'GET',
      /^\/password-resets\/(.+)$/,
      ([, token]) =>
        token === 'gone'
          ? new Refusal(404, 'password_reset.unknown', 'Gone.')
          : { email: 'ravi@acme.example', agency: 'Acme Growth', expires_at: minutesAgo(-1440) },
    ],
    ['POST', /^\/password-resets\/(.+)$/, () => undefined],
  ];

  private openSession(n: number, agent: string, current = false): OpenSession {
    return {
      id: id(15, n),
      current,
      ip: `203.0.113.${n + 7}`,
      user_agent: agent,
      created_at: minutesAgo(900),
      last_seen_at: minutesAgo(n * 90),
      expires_at: minutesAgo(-9000),
    };
  }

  private invitation(email: string, role: string): SentInvitation {
    this.made += 1;
    return {
      id: id(17, this.made),
      email,
      name: '',
      role,
      state: 'open',
      expires_at: minutesAgo(-8000),
      created_at: minutesAgo(0),
    };
  }

  private invite(body: Record<string, unknown>) {
    const made = { ...this.invitation(String(body.email), String(body.role)), name: String(body.name ?? '') };
    this.invitations = [made, ...this.invitations.filter(({ email }) => email !== made.email)];
    return { ...made, link: 'https://app.acme.example/invitation/4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc' };
  }

  private addRole(body: Record<string, unknown>) {
    if (this.roles.some(({ name }) => name === body.name))
      return new Refusal(409, 'role.name_taken', 'Another role has this name.', {
        errors: [{ path: 'name', message: 'Another role has this name.' }],
      });
    this.made += 1;
    const role = makeRole(this.made, body as Partial<Role>);
    this.roles = [...this.roles, role];
    return role;
  }

  private changeRole(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.roles.find((role) => role.id === one);
    if (old && request.headers.get('If-Match') !== `"${old.version}"`) return stale;
    this.roles = this.roles.map((role) =>
      role.id === one ? { ...role, ...body, version: role.version + 1 } : role,
    );
    return this.roles.find((role) => role.id === one);
  }

  private changeMember(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.members.find((member) => member.id === one);
    if (old && request.headers.get('If-Match') !== `"${old.version}"`) return stale;
    const role = this.roles.find((item) => item.id === body.role);
    this.members = this.members.map((member) =>
      member.id === one && role
        ? { ...member, role: role.id, role_name: role.name, version: member.version + 1 }
        : member,
    );
    return this.members.find((member) => member.id === one);
  }

  private addTeam(body: Record<string, unknown>): Team {
    this.made += 1;
    const at = minutesAgo(0);
    const team = {
      members: [],
      ...(body as { name: string }),
      id: id(14, this.made),
      created_at: at,
      updated_at: at,
      version: 1,
    };
    this.teams = [...this.teams, team];
    return team;
  }

  private addPasskey(body: Record<string, unknown>): Passkey {
    this.made += 1;
    const key = {
      id: id(16, this.made),
      name: String(body.name),
      host: 'app.acme.example',
      created_at: minutesAgo(0),
      version: 1,
    };
    this.passkeys = [...this.passkeys, key];
    return key;
  }

  private enter(body: Record<string, unknown>) {
    this.impersonation = {
      by: { id: me, name: session.person.name },
      sub_account_id: body.sub_account_id,
      reason: body.reason,
      read_only: body.read_only,
      until: minutesAgo(-60),
    };
    return this.session();
  }

  /** Who is signed in, or whom they are taken for. */
  session() {
    const [, other] = this.members;
    return this.impersonation && other
      ? {
          ...session,
          person: { ...session.person, id: other.id, name: other.name, email: other.email },
          impersonation: this.impersonation,
        }
      : session;
  }
}

const challenge = {
  ceremony: id(18, 1),
  options: { publicKey: { challenge: 'q83vEjRWeJA' } },
  expires_at: minutesAgo(-5),
};

const stale = new Refusal(412, 'access.stale', 'Somebody changed it meanwhile.');

function wrongPassword(path: string): Refusal {
  return new Refusal(422, 'password.wrong', 'This is not your password.', {
    errors: [{ path, message: 'This is not your password.' }],
  });
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
