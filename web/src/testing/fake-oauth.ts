import type { OAuthApp, OAuthGrant } from '@/lib/api';
import { account, id, minutesAgo } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

/** What an app asks for; "one" as the request's id offers one sub-account alone, "gone" was answered. */
function oauthRequest(request: string | undefined) {
  if (request === 'gone') return undefined;
  const places = [
    { id: account, name: 'Bright Smile Dental', missing: [] },
    { id: id(9, 1), name: 'Donaudampfschifffahrtsgesellschaft Wien', missing: ['messages.send'] },
    { id: id(9, 2), name: 'Harbor Yoga', missing: [] },
  ];
  return {
    app: { id: id(12, 1), name: 'Bookings for dentists', homepage: 'https://bookings.example' },
    scopes: [
      {
        scope: 'contacts.read',
        about: 'Read contacts, and what is kept with them.',
        missing: false,
      },
      { scope: 'messages.send', about: 'Send messages, and resolve conversations.', missing: false },
      { scope: 'agency.keys.manage', about: 'Make and revoke the agency’s API keys.', missing: true },
    ],
    sub_accounts: request === 'one' ? places.slice(0, 1) : places,
    needs_sub_account: true,
    sent_to: 'bookings.example',
  };
}

function oauthAnswer(allowed: boolean) {
  return {
    redirect_to: `https://bookings.example/callback?${allowed ? 'code=omac_1' : 'error=access_denied'}`,
  };
}

function makeApp(n: number, changes: Partial<OAuthApp>): OAuthApp {
  return {
    id: id(12, 40 + n),
    name: '',
    redirect_uris: ['https://bookings.example/callback'],
    scopes: ['contacts.read', 'contacts.write'],
    confidential: true,
    secret_hint: 'omcs_…x7Qd',
    grants: 0,
    created_at: minutesAgo(9000),
    updated_at: minutesAgo(900),
    version: 1,
    ...changes,
  };
}

/** Apps that act for people, and what I let them do, in memory. */
export class FakeOAuth {
  apps: OAuthApp[];
  grants: OAuthGrant[];
  private made = 10;

  constructor(some: boolean) {
    this.apps = some
      ? [
          makeApp(0, { name: 'Bookings for dentists', grants: 12, homepage: 'https://bookings.example' }),
          makeApp(1, {
            name: 'Field service on the phone',
            confidential: false,
            secret_hint: undefined,
            redirect_uris: ['com.example.field:/callback', 'http://127.0.0.1:8721/callback'],
            scopes: ['contacts.read', 'conversations.read', 'messages.send'],
          }),
        ]
      : [];
    this.grants = some
      ? [
          {
            id: id(12, 60),
            app: { id: id(12, 40), name: 'Bookings for dentists', homepage: 'https://bookings.example' },
            scopes: ['contacts.read', 'contacts.write'],
            sub_account_ids: [account],
            created_at: minutesAgo(9000),
            last_used_at: minutesAgo(4),
          },
        ]
      : [];
  }

  routes: Route[] = [
    [
      'GET',
      /^\/me\/oauth-requests\/([^/]+)$/,
      ([, request]) =>
        oauthRequest(request) ?? new Refusal(404, 'oauth.request_unknown', 'It was answered already.'),
    ],
    ['POST', /^\/me\/oauth-requests\/[^/]+\/(allow|refuse)$/, ([, what]) => oauthAnswer(what === 'allow')],
    ['GET', /^\/me\/oauth-grants$/, () => ({ items: this.grants })],
    [
      'DELETE',
      /^\/me\/oauth-grants\/(.+)$/,
      ([, one]) => {
        this.grants = this.grants.filter((grant) => grant.id !== one);
      },
    ],
    ['GET', /^\/agency\/oauth-apps$/, () => ({ items: this.apps })],
    ['POST', /^\/agency\/oauth-apps$/, (_, body) => this.register(body)],
    [
      'POST',
      /^\/agency\/oauth-apps\/(.+)\/secret$/,
      ([, one]) => ({
        ...this.apps.find(({ id }) => id === one),
        client_secret: 'omcs_another2x8VbN0pLr7TtYw',
      }),
    ],
    [
      'PATCH',
      /^\/agency\/oauth-apps\/(.+)$/,
      ([, one], body) => {
        this.apps = this.apps.map((app) =>
          app.id === one ? { ...app, ...body, version: app.version + 1 } : app,
        );
        return this.apps.find(({ id }) => id === one);
      },
    ],
    [
      'DELETE',
      /^\/agency\/oauth-apps\/(.+)$/,
      ([, one]) => {
        this.apps = this.apps.filter((app) => app.id !== one);
      },
    ],
  ];

  private register(body: Record<string, unknown>) {
    if (String(body.redirect_uris).includes('javascript:'))
      return new Refusal(422, 'oauth_app.invalid', 'Some fields need mending.', {
        errors: [{ path: 'redirect_uris[0]', message: 'must be an https:// address' }],
      });
    this.made += 1;
    const app = makeApp(this.made, body as Partial<OAuthApp>);
    this.apps = [...this.apps, app];
    return app.confidential ? { ...app, client_secret: 'omcs_4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc' } : app;
  }
}
