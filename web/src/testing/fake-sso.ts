import type { IdentityProvider, ProviderPerson } from '@/lib/api';
import { id, minutesAgo, session } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

function makeProvider(n: number, changes: Partial<IdentityProvider>): IdentityProvider {
  return {
    id: id(21, n),
    name: '',
    issuer: 'https://accounts.google.com',
    client_id: '8162.apps.googleusercontent.com',
    redirect_uri: 'https://app.acme.example/sso/callback',
    domains: ['acme.example'],
    enabled: true,
    enforced: false,
    provisioning: 'members',
    sub_account_ids: [],
    mfa: 'claimed',
    acr_values: [],
    trust_email: false,
    session_hours: 24,
    people: 0,
    created_at: minutesAgo(9000),
    updated_at: minutesAgo(900),
    version: 1,
    ...changes,
  };
}

function makePerson(n: number, name: string, email: string, subject: string): ProviderPerson {
  return {
    person_id: id(22, n),
    name,
    email,
    subject,
    created_at: minutesAgo(9000 * n),
    last_used_at: minutesAgo(70 * n),
  };
}

/** Identity providers, in memory; the fake server has set none up unless it is told to. */
export class FakeSSO {
  providers: IdentityProvider[];
  people: ProviderPerson[] = [
    makePerson(1, 'Ada Lovelace', 'ada@acme.example', '110169484474386276334'),
    makePerson(
      2,
      'Maximilian-Alexander Hohenzollern-Sigmaringen',
      'max@acme.example',
      '00u1a2b3c4D5e6F7g8h9',
    ),
  ];
  private made = 10;

  constructor(
    some: boolean,
    private enter: () => void,
  ) {
    this.providers = some
      ? [
          makeProvider(0, { name: 'Acme Google Workspace', people: 12 }),
          makeProvider(1, {
            name: 'Donaudampfschifffahrtsgesellschaft Entra',
            issuer: 'https://login.microsoftonline.com/6f1b2c3d-0000-4000-8000-1234567890ab/v2.0',
            domains: ['donau.example', 'dampfschiff.example'],
            enabled: false,
          }),
        ]
      : [];
  }

  routes: Route[] = [
    [
      'GET',
      /^\/session\/providers$/,
      () => ({ items: this.providers.filter((p) => p.enabled).map(({ id, name }) => ({ id, name })) }),
    ],
    ['POST', /^\/session\/sso$/, (_, body) => this.confirm(body)],
    ['GET', /^\/agency\/identity-providers$/, () => ({ items: this.providers })],
    ['POST', /^\/agency\/identity-providers$/, (_, body) => this.add(body)],
    [
      'POST',
      /^\/agency\/identity-providers\/(.+)\/check$/,
      ([, one]) =>
        this.find(one)?.enabled
          ? { ok: true, algorithms: ['RS256'], keys: 2 }
          : { ok: false, problem: 'There is no connection: nothing answers there.', algorithms: [], keys: 0 },
    ],
    [
      'GET',
      /^\/agency\/identity-providers\/([^/]+)\/people$/,
      ([, one]) => ({ items: this.find(one)?.people ? this.people : [] }),
    ],
    [
      'DELETE',
      /^\/agency\/identity-providers\/[^/]+\/people\/(.+)$/,
      ([, one]) => {
        this.people = this.people.filter((person) => person.person_id !== one);
      },
    ],
    [
      'PATCH',
      /^\/agency\/identity-providers\/(.+)$/,
      ([, one], body, _, request) => this.change(one, body, request),
    ],
    [
      'DELETE',
      /^\/agency\/identity-providers\/(.+)$/,
      ([, one]) => {
        this.providers = this.providers.filter((provider) => provider.id !== one);
      },
    ],
  ];

  private find(one: string | undefined) {
    return this.providers.find((provider) => provider.id === one);
  }

  private confirm(body: Record<string, unknown>) {
    if (body.code === '999999') return new Refusal(401, 'sso.state', 'Begin again.');
    if (body.code !== '123456') return new Refusal(401, 'session.invalid', 'Not right.');
    this.enter();
    return session;
  }

  private add({ client_secret: _, ...body }: Record<string, unknown>) {
    this.made += 1;
    const provider = makeProvider(this.made, body as Partial<IdentityProvider>);
    this.providers = [...this.providers, provider];
    return provider;
  }

  private change(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.find(one);
    if (old && request.headers.get('If-Match') !== `"${old.version}"`)
      return new Refusal(412, 'access.stale', 'Somebody changed it meanwhile.');
    const { client_secret: _, ...shown } = body;
    this.providers = this.providers.map((provider) =>
      provider.id === one ? { ...provider, ...shown, version: provider.version + 1 } : provider,
    );
    return this.find(one);
  }
}
