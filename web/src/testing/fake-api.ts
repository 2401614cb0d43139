import type { ApiKey, Contact, ContactInput, Conversation, Message, SubAccount } from '@/lib/api';
import { FakeAccess } from './fake-access';
import { FakeAudit } from './fake-audit';
import { FakeBulks, manyBulks } from './fake-bulk';
import { FakeCompanies } from './fake-companies';
import {
  account,
  id,
  makeContact,
  makeConversation,
  makeKey,
  makeMessages,
  makeSubAccount,
  me,
  session,
  sessionOf,
} from './fake-data';
import { FakeFields } from './fake-fields';
import { FakeFiles } from './fake-files';
import { FakeFilter, filterFields } from './fake-filter';
import { FakeImports } from './fake-import';
import { FakeMerges } from './fake-merge';
import { FakeOAuth } from './fake-oauth';
import { FakeRecords } from './fake-records';
import { Refusal, type Route } from './fake-refusal';
import { FakeSSO } from './fake-sso';
import { FakeViews } from './fake-views';
import { FakeWebhooks } from './fake-webhooks';
import { FakeWork } from './fake-work';

interface Options {
  /** Everybody belongs to a company. */
  employed?: boolean;
  contacts?: number;
  /** Rows of the contacts' table in all: those beyond `contacts` are made as they are asked for. */
  rows?: number;
  /** Bulk actions that were there before, one of each state. */
  bulks?: boolean;
  /** The agency has identity providers. */
  sso?: boolean;
  signedIn?: boolean;
  /** The agency asks for a second factor that the person has not set up. */
  mfaRequired?: boolean;
  /** All that the person may do, in each sub-account; everything unless it is said. */
  permissions?: string[];
  /** undefined: a known host. */
  unknownHost?: boolean;
}

/**
 * The API in memory, for looking at screens without a server and for tests of
 * components. It keeps what it is told; `before` lets a test answer a call
 * itself, and `emit` speaks on the event stream.
 */
export class FakeApi {
  contacts: Contact[];
  conversations: Conversation[] = [];
  messages: Message[] = [];
  subAccounts: SubAccount[];
  keys: ApiKey[] = [makeKey(0), makeKey(1)];
  work: FakeWork;
  records: FakeRecords;
  imports: FakeImports;
  fields: FakeFields;
  files: FakeFiles;
  companies: FakeCompanies;
  access: FakeAccess;
  audit: FakeAudit;
  oauth: FakeOAuth;
  sso: FakeSSO;
  filter: FakeFilter;
  views = new FakeViews();
  bulks: FakeBulks;
  merges = new FakeMerges(this);
  webhooks: FakeWebhooks;
  signedIn: boolean;
  /** Asked first; what it answers is the answer. */
  before: (request: Request, path: string, body: Record<string, unknown>) => unknown = () => undefined;
  calls: { method: string; path: string; headers: Headers; body: Record<string, unknown> }[] = [];
  private streams = new Set<(text: string) => void>();
  private seq = 100;
  private made = 50_000;

  constructor(private options: Options = {}) {
    const { contacts = 60, signedIn = true } = options;
    this.signedIn = signedIn;
    this.access = new FakeAccess(contacts);
    this.audit = new FakeAudit(contacts);
    this.oauth = new FakeOAuth(contacts > 0);
    this.sso = new FakeSSO(Boolean(options.sso), () => {
      this.signedIn = true;
    });
    this.work = new FakeWork(Math.min(contacts, 60));
    this.contacts = Array.from({ length: contacts }, (_, n) => makeContact(n));
    this.imports = new FakeImports(contacts > 0);
    this.fields = new FakeFields(contacts > 0);
    this.files = new FakeFiles(this.contacts);
    this.companies = new FakeCompanies(contacts, this);
    if (options.employed)
      for (const [n, contact] of this.contacts.entries())
        contact.company_id = this.companies.items[n % 4]?.id ?? '';
    this.webhooks = new FakeWebhooks(contacts > 0);
    this.filter = new FakeFilter(
      () => this.contacts,
      options.rows ?? 0,
      () => this.companies.items,
    );
    this.bulks = new FakeBulks(this, options.bulks ? manyBulks : []);
    this.records = new FakeRecords(this.contacts.slice(0, 12));
    for (const [n, contact] of this.contacts.slice(0, 12).entries()) {
      const messages = makeMessages(n, contact);
      this.messages.push(...messages);
      this.conversations.push(makeConversation(n, contact, messages));
    }
    this.subAccounts =
      contacts === 0
        ? []
        : [
            makeSubAccount('bright-smile', 'Bright Smile Dental', 'ready', 5),
            makeSubAccount('donau', 'Donaudampfschifffahrtsgesellschaft Wien', 'provisioning', 2),
            makeSubAccount('harbor-yoga', 'Harbor Yoga', 'suspended', 5),
            makeSubAccount('lake-auto', 'Lakeside Auto Repair', 'stalled', 3),
          ];
  }

  /** What knows its own routes. */
  private get parts() {
    return [
      this.oauth,
      this.sso,
      this.access,
      this.audit,
      this.views,
      this.bulks,
      this.merges,
      this.imports,
      this.fields,
      this.files,
      this.companies,
      this.webhooks,
    ];
  }

  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace('/api/v1', '');
    const text = request.method === 'GET' ? '' : await request.text();
    // A file comes as it is: its text stands in for its bytes.
    const json = !request.headers.get('content-type')?.includes('octet-stream');
    const body = (text && json ? JSON.parse(text) : { text }) as Record<string, unknown>;
    this.calls.push({ method: request.method, path, headers: request.headers, body });
    const given = await this.before(request, path, body);
    if (given !== undefined) return this.respond(given);
    if (path.endsWith('/events')) return this.stream();
    for (const [method, pattern, handler] of [
      ...this.parts.flatMap(({ routes }) => routes),
      ...this.routes,
    ]) {
      const match = request.method === method && pattern.exec(path);
      if (match) return this.respond(handler([...match], body, url, request));
    }
    return this.respond(new Refusal(404, 'route.unknown', 'There is no such route.'));
  }

  /** Speaks on the event stream to every page that listens. */
  emit(kind: string, subject: string, after: unknown): void {
    this.seq += 1;
    const [subjectKind = ''] = kind.split('.');
    const data = {
      kind,
      subject_kind: subjectKind,
      subject_id: subject,
      payload: { after },
      occurred_at: new Date().toISOString(),
    };
    for (const write of this.streams)
      write(`id: ${this.seq}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private routes: Route[] = [
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
              ...(this.options.permissions ? sessionOf(this.options.permissions) : this.access.session()),
              mfa_required: Boolean(this.options.mfaRequired),
            }
          : new Refusal(401, 'session.missing', 'Sign in first.'),
    ],
    ['POST', /^\/session$/, (_, body) => this.signIn(body)],
    ['POST', /^\/session\/passkey$/, () => this.signIn({ password: 'correct horse battery' })],
    ['DELETE', /^\/sessions?$/, () => this.signOut()],
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
    [
      'POST',
      /^\/invitations\/(.+)\/accept$/,
      () => {
        this.signedIn = true;
        return session;
      },
    ],
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
        this.options.mfaRequired = false;
        return { recovery_codes: Array.from({ length: 8 }, (_, n) => `k7f${n}-92qm`) };
      },
    ],
    ['GET', /^\/agency\/sub-accounts$/, () => ({ items: this.subAccounts })],
    ['POST', /^\/agency\/sub-accounts$/, (_, body) => this.createSubAccount(body)],
    [
      'GET',
      /^\/agency\/sub-accounts\/(.+)$/,
      ([, name]) => this.subAccounts.find((item) => item.name === name) ?? this.missing(),
    ],
    [
      'PATCH',
      /^\/agency\/sub-accounts\/(.+)$/,
      ([, name], body, _, request) => this.patchSubAccount(name, body, request),
    ],
    [
      'DELETE',
      /^\/agency\/sub-accounts\/(.+)$/,
      ([, name], _, __, request) => {
        if (this.staleSubAccount(name, request)) return staleSubAccount;
        this.subAccounts = this.subAccounts.filter((item) => item.name !== name);
      },
    ],
    ['GET', /api-keys$/, () => ({ items: this.keys })],
    [
      'POST',
      /api-keys$/,
      (_, body) => {
        const key = { ...makeKey(this.made++), ...body } as ApiKey;
        this.keys = [key, ...this.keys];
        return { ...key, key: 'omni_4fQ2x8VbN0pLr7TtYw3Zs9Kd1Hq6Mj5Gc' };
      },
    ],
    [
      'DELETE',
      /api-keys\/(.+)$/,
      ([, key]) => {
        this.keys = this.keys.filter((item) => item.id !== key);
      },
    ],
    ['GET', /^\/agency\/parked-work$/, () => this.parkedInAgency()],
    ['GET', /\/parked-work$/, () => this.work.summary()],
    ['GET', /\/jobs$/, (_, __, url) => this.work.list(url.searchParams)],
    ['POST', /\/jobs\/replay$/, (_, body) => this.work.replay(body)],
    ['POST', /\/jobs\/(.+)\/cancel$/, ([, job]) => this.work.cancel(job)],
    [
      'GET',
      /\/parked-events$/,
      (_, __, url) => ({
        items: this.work.events.filter(
          (event) =>
            !url.searchParams.get('subscriber') || event.subscriber === url.searchParams.get('subscriber'),
        ),
      }),
    ],
    ['POST', /\/parked-events\/replay$/, (_, body) => this.work.replayEvents(body)],
    ['GET', /\/contacts\/([^/]+)\/notes$/, ([, contact]) => this.records.notesOf(contact)],
    ['POST', /\/contacts\/([^/]+)\/notes$/, ([, contact], body) => this.records.addNote(contact, body)],
    ['PATCH', /\/notes\/([^/]+)$/, ([, one], body) => this.records.changeNote(one, body) ?? this.missing()],
    ['DELETE', /\/notes\/([^/]+)$/, ([, one]) => this.records.dropNote(one)],
    ['GET', /\/tasks$/, (_, __, url) => this.records.tasksOf(url.searchParams)],
    ['POST', /\/tasks$/, (_, body) => this.records.addTask(body)],
    [
      'POST',
      /\/tasks\/([^/]+)\/(complete|reopen)$/,
      ([, one, what]) => this.records.tick(one, what === 'complete') ?? this.missing(),
    ],
    ['DELETE', /\/tasks\/([^/]+)$/, ([, one]) => this.records.dropTask(one)],
    ['POST', /\/contacts\/export$/, (_, body) => this.refused(body) ?? this.filter.table(body)],
    ['POST', /\/contacts\/query$/, (_, body) => this.refused(body) ?? this.filter.query(body)],
    ['POST', /\/contacts\/count$/, (_, body) => this.refused(body) ?? this.filter.count(body)],
    ['GET', /\/contacts\/filter-fields$/, () => filterFields],
    [
      'POST',
      /\/contacts\/([^/]+)\/explain$/,
      ([, one], body) => this.filter.explain(one, body.filter) ?? this.missing(),
    ],
    [
      'GET',
      /\/contacts$/,
      (_, __, url) =>
        this.filter.query({ q: url.searchParams.get('q'), limit: url.searchParams.get('limit') }),
    ],
    ['POST', /\/contacts$/, (_, body) => this.createContact(body as ContactInput)],
    [
      'GET',
      /\/contacts\/(.+)$/,
      ([, contact]) => this.contacts.find((item) => item.id === contact) ?? this.missing(),
    ],
    [
      'PATCH',
      /\/contacts\/(.+)$/,
      ([, contact], body, _, request) => this.patchContact(contact, body, request),
    ],
    [
      'DELETE',
      /\/contacts\/(.+)$/,
      ([, contact]) => {
        this.contacts = this.contacts.filter((item) => item.id !== contact);
      },
    ],
    ['GET', /\/conversations$/, (_, __, url) => this.listConversations(url.searchParams)],
    [
      'GET',
      /\/conversations\/([^/]+)$/,
      ([, one]) => this.conversations.find((item) => item.id === one) ?? this.missing(),
    ],
    ['PATCH', /\/conversations\/([^/]+)$/, ([, one], body) => this.patchConversation(one, body)],
    [
      'GET',
      /\/conversations\/([^/]+)\/messages$/,
      ([, one]) => ({ items: this.messages.filter((item) => item.conversation_id === one).toReversed() }),
    ],
    ['POST', /\/messages$/, (_, body) => this.send(String(body.contact_id), String(body.body))],
    [
      'POST',
      /\/messages\/(.+)\/retry$/,
      ([, one]) => {
        const message = this.messages.find((item) => item.id === one);
        return (
          message &&
          this.change({
            ...message,
            status: 'queued',
            error_code: undefined,
            status_at: new Date().toISOString(),
          })
        );
      },
    ],
  ];

  private parkedInAgency() {
    const jobs = this.work.jobs.filter(({ state }) => state === 'parked').length;
    const since = new Date(Date.now() - 4 * 3_600_000).toISOString();
    const row = (n: number, changes: Record<string, unknown>) => ({
      sub_account_id: id(9, n),
      jobs: 0,
      events: 0,
      unknown: false,
      oldest: since,
      ...changes,
    });
    const here = { sub_account_id: account, name: 'bright-smile', display_name: 'Bright Smile Dental' };
    return {
      items: jobs
        ? [
            row(1, {
              name: 'donau',
              display_name: 'Donaudampfschifffahrtsgesellschaft Wien',
              unknown: true,
              oldest: undefined,
            }),
            row(0, { ...here, jobs, events: this.work.events.length }),
            row(2, { name: 'harbor-yoga', display_name: 'Harbor Yoga', events: 2 }),
          ]
        : [],
    };
  }

  private signIn(body: Record<string, unknown>) {
    if (body.password !== 'correct horse battery') return new Refusal(401, 'session.invalid', 'No.');
    if (body.email === 'totp@acme.example' && body.code !== '123456')
      return new Refusal(401, body.code ? 'session.invalid' : 'session.code_required', 'A code is needed.');
    this.signedIn = true;
    return session;
  }

  private signOut(): void {
    this.signedIn = false;
  }

  private refused(body: Record<string, unknown>): Refusal | undefined {
    const errors = this.filter.faults(body.filter);
    return errors.length > 0
      ? new Refusal(422, 'filter.invalid', 'The filter does not fit.', { errors })
      : undefined;
  }

  private createContact(body: ContactInput) {
    const { phone } = primaryOf(body);
    const other = this.contacts.find((item) => phone && item.phone === phone);
    if (other)
      return new Refusal(409, 'contact.duplicate', 'There is one.', {
        contact: { id: other.id, name: other.name },
        field: 'phone',
      });
    const name = [body.first_name, body.last_name].filter(Boolean).join(' ');
    const contact = makeContact(this.made, {
      email: '',
      phone: '',
      tags: [],
      owner_id: '',
      ...(body as Partial<Contact>),
      ...primaryOf(body),
      id: id(2, this.made++),
      name,
      created_at: new Date().toISOString(),
    });
    this.contacts = [contact, ...this.contacts];
    return contact;
  }

  private patchContact(contactId: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.contacts.find((item) => item.id === contactId);
    if (!old) return this.missing();
    if (request.headers.get('If-Match') !== `"${old.version}"`)
      return new Refusal(412, 'stale', 'Changed meanwhile.');
    const next = { ...old, ...body, ...primaryOf(body), version: old.version + 1 } as Contact;
    if (body.custom) next.custom = { ...old.custom, ...body.custom };
    if (body.address) next.address = { ...old.address, ...body.address };
    next.name = `${next.first_name} ${next.last_name}`.trim();
    this.contacts = this.contacts.map((item) => (item.id === contactId ? next : item));
    return next;
  }

  private listConversations(query: URLSearchParams) {
    const items = this.conversations
      .filter((item) => query.get('status') === 'all' || item.status === 'open')
      .filter((item) => query.get('unread') !== 'true' || item.unread > 0)
      .filter((item) => !query.get('contact_id') || item.contact.id === query.get('contact_id'))
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
    return { items };
  }

  private patchConversation(one: string | undefined, body: Record<string, unknown>) {
    this.conversations = this.conversations.map((item) =>
      item.id === one
        ? { ...item, unread: body.read ? 0 : item.unread, status: (body.status as 'open') ?? item.status }
        : item,
    );
    return this.conversations.find((item) => item.id === one) ?? this.missing();
  }

  /** Puts a message into its thread, and its thread on top. */
  add(contactId: string, changes: Partial<Message>): Message {
    const contact = this.contacts.find((item) => item.id === contactId) ?? makeContact(0);
    const known = this.conversations.find((item) => item.contact.id === contactId);
    const n = this.made++;
    const now = new Date().toISOString();
    const message: Message = {
      id: id(5, n),
      conversation_id: known?.id ?? id(3, n),
      contact_id: contactId,
      channel: 'sms',
      direction: 'out',
      body: '',
      status: 'queued',
      from: '+14155550100',
      to: contact.phone,
      actor: { kind: 'person', id: me, name: 'Dana Whitfield' },
      created_at: now,
      status_at: now,
      ...changes,
    };
    this.messages.push(message);
    const conversation = makeConversation(n, contact, [message]);
    this.conversations = [
      { ...conversation, id: message.conversation_id, unread: message.direction === 'in' ? 1 : 0 },
      ...this.conversations.filter((item) => item.contact.id !== contactId),
    ];
    this.emit('message.created', message.id, message);
    return message;
  }

  /** Shows a message in another state, and says so on the stream. */
  change(message: Message): Message {
    this.messages = this.messages.map((item) => (item.id === message.id ? message : item));
    this.emit('message.updated', message.id, message);
    return message;
  }

  private send(contactId: string, body: string): Message {
    const message = this.add(contactId, { body });
    for (const [i, status] of (['sending', 'sent', 'delivered'] as const).entries())
      setTimeout(
        () => this.change({ ...message, status, status_at: new Date().toISOString() }),
        300 * (i + 1),
      );
    return message;
  }

  private createSubAccount(body: Record<string, unknown>) {
    const name = String(body.name);
    if (this.subAccounts.some((item) => item.name === name))
      return new Refusal(409, 'sub_account.taken', 'There is one of that name.', {
        errors: [{ path: 'name', message: 'This name is taken.' }],
      });
    const made = {
      ...makeSubAccount(name, String(body.display_name), 'provisioning', 0),
      ...body,
    } as SubAccount;
    this.subAccounts = [made, ...this.subAccounts];
    return made;
  }

  private staleSubAccount(name: string | undefined, request: Request): boolean {
    const old = this.subAccounts.find((item) => item.name === name);
    return old !== undefined && request.headers.get('If-Match') !== `"${old.version}"`;
  }

  private patchSubAccount(name: string | undefined, body: Record<string, unknown>, request: Request) {
    if (this.staleSubAccount(name, request)) return staleSubAccount;
    const version = `${name}.${this.made++}`;
    this.subAccounts = this.subAccounts.map((item) =>
      item.name === name
        ? { ...item, ...body, version, state: body.suspended ? 'suspended' : 'ready' }
        : item,
    );
    return this.subAccounts.find((item) => item.name === name) ?? this.missing();
  }

  private missing(): Refusal {
    return new Refusal(404, 'not_found', 'There is nothing here.');
  }

  private respond(answer: unknown): Response {
    if (answer instanceof Response) return answer;
    if (answer instanceof Refusal) {
      const { status, code, detail, extra, headers } = answer;
      return Response.json(
        { type: 'about:blank', title: code, status, code, detail, ...extra },
        { status, headers: { 'content-type': 'application/problem+json', ...headers } },
      );
    }
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
  }

  private stream(): Response {
    let write: (text: string) => void;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        write = (text) => controller.enqueue(new TextEncoder().encode(text));
        this.streams.add(write);
        write(': hello\n\n');
      },
      cancel: () => {
        this.streams.delete(write);
      },
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  }
}

/** The primary address and number that all of them imply, as far as they are given. */
function primaryOf({ email, phone, emails, phones }: ContactInput): { email?: string; phone?: string } {
  const mail = emails ? (emails.find(({ primary }) => primary)?.address ?? '') : email;
  const number = phones ? (phones.find(({ primary }) => primary)?.number ?? '') : phone;
  return { ...(mail != null && { email: mail }), ...(number != null && { phone: number }) };
}

const staleSubAccount = new Refusal(412, 'sub_account.stale', 'Somebody changed it meanwhile.');

export type { Handler } from './fake-refusal';
export { account, Refusal };
