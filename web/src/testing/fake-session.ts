import { session, sessionOf } from './fake-data';
import { Refusal, type Route } from './fake-refusal';

interface Options {
  signedIn?: boolean;
  mfaRequired?: boolean;
  permissions?: string[];
  unknownHost?: boolean;
}

/** The host's brand, who is signed in, and the ways in that are no identity provider's. */
export class FakeSession {
  signedIn: boolean;
  private mfaRequired: boolean;

  constructor(
    private options: Options,
    private shown: () => object,
  ) {
    this.signedIn = options.signedIn ?? true;
    this.mfaRequired = Boolean(options.mfaRequired);
  }

  routes: Route[] = [
    [
      'GET',
      /^\/brand$/,
      () =>
        this.options.unknownHost
          ? new Refusal(404, 'host.unknown', 'Nobody is served here.')
          : { name: 'acme', display_name: 'Acme Growth', colors: { light: {}, dark: {} }, agency_host: true },
    ],
    [
      'GET',
      /^\/session$/,
      () =>
        this.signedIn
          ? {
              ...(this.options.permissions ? sessionOf(this.options.permissions) : this.shown()),
              mfa_required: this.mfaRequired,
            }
          : new Refusal(401, 'session.missing', 'Sign in first.'),
    ],
    ['POST', /^\/session$/, (_, body) => this.signIn(body)],
    ['POST', /^\/session\/passkey$/, () => this.signIn({ password: 'correct horse battery' })],
    [
      'DELETE',
      /^\/sessions?$/,
      () => {
        this.signedIn = false;
      },
    ],
    [
      'GET',
      /^\/invitations\/(.+)$/,
      ([, token]) =>
        token === 'gone'
          ? new Refusal(404, 'invitation.unknown', 'Gone.')
          : {
              email: 'sam@bright-smile.example',
              agency: 'Acme Growth',
              sub_account: 'Bright Smile Dental',
              known: token === 'known',
              expires_at: new Date(Date.now() + 5e8).toISOString(),
            },
    ],
    ['POST', /^\/invitations\/(.+)\/accept$/, () => this.enter()],
    [
      'POST',
      /^\/me\/totp$/,
      () => ({
        secret: 'JBSWY3DPEHPK3PXP',
        url: 'otpauth://totp/Acme:dana@acme.example?secret=JBSWY3DPEHPK3PXP&issuer=Acme',
      }),
    ],
    [
      'POST',
      /^\/me\/totp\/confirm$/,
      () => {
        this.mfaRequired = false;
        return { recovery_codes: Array.from({ length: 8 }, (_, n) => `k7f${n}-92qm`) };
      },
    ],
  ];

  enter() {
    this.signedIn = true;
    return session;
  }

  private signIn(body: Record<string, unknown>) {
    if (body.password !== 'correct horse battery') return new Refusal(401, 'session.invalid', 'No.');
    if (body.email === 'totp@acme.example' && body.code !== '123456')
      return new Refusal(401, body.code ? 'session.invalid' : 'session.code_required', 'A code is needed.');
    return this.enter();
  }
}
