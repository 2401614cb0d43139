import type { Member, SentInvitation, Team } from '@/lib/api';
import { colleague, id, me, members, minutesAgo, session } from './fake-data';
import { type Route, stale } from './fake-refusal';
import type { FakeRoles } from './fake-roles';

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

/** Who works where, in memory. */
export class FakeAccess {
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
  impersonation: Record<string, unknown> | undefined;
  private made = 100;

  constructor(
    rows: number,
    private readonly roles: FakeRoles,
  ) {
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
    [
      'POST',
      /\/(?:members|people)\/([^/]+)\/password-reset$/,
      ([, one]) => ({
        email: this.members.find((member) => member.id === one)?.email,
        link: 'https://app.acme.example/password-reset/4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc',
        expires_at: minutesAgo(-1440),
      }),
    ],
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
    ['POST', /^\/agency\/impersonation$/, (_, body) => this.enter(body)],
    [
      'DELETE',
      /^\/session\/impersonation$/,
      () => {
        this.impersonation = undefined;
      },
    ],
  ];

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

  private changeMember(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.members.find((member) => member.id === one);
    if (old && request.headers.get('If-Match') !== `"${old.version}"`) return stale;
    const role = this.roles.all.find((item) => item.id === body.role);
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
