import type { OpenSession, Passkey } from '@/lib/api';
import { id, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

/** How people get in and from where they are in, in memory. */
export class FakeSecurity {
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
  private made = 100;

  routes: Route[] = [
    ['GET', /\/(?:members|people)\/[^/]+\/sessions$/, () => ({ items: this.sessions.slice(1) })],
    ['GET', /^\/me\/sessions$/, () => ({ items: this.sessions })],
    [
      'DELETE',
      /\/sessions\/(.+)$/,
      ([, one]) => {
        this.sessions = this.sessions.filter((item) => item.id !== one);
      },
    ],
    ['DELETE', /\/second-factor$/, () => undefined],
    ['GET', /^\/agency\/security-policy$/, () => this.policy],
    [
      'PATCH',
      /^\/agency\/security-policy$/,
      (_, body) => {
        this.policy = { mfa: String(body.mfa), version: this.policy.version + 1 };
        return this.policy;
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
}

const challenge = {
  ceremony: id(18, 1),
  options: { publicKey: { challenge: 'q83vEjRWeJA' } },
  expires_at: minutesAgo(-5),
};

function wrongPassword(path: string): Refusal {
  return new Refusal(422, 'password.wrong', 'This is not your password.', {
    errors: [{ path, message: 'This is not your password.' }],
  });
}
