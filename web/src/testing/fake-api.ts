import type { Contact, Conversation, Message, SubAccount } from '@/lib/api';
import { FakeAccess } from './fake-access';
import { FakeAudit } from './fake-audit';
import { FakeBulks, manyBulks } from './fake-bulk';
import { FakeCompanies } from './fake-companies';
import { FakeContacts } from './fake-contacts';
import { FakeConversations } from './fake-conversations';
import { account, makeContact } from './fake-data';
import { FakeDirectory } from './fake-directory';
import { FakeFields } from './fake-fields';
import { FakeFiles } from './fake-files';
import { FakeFilter } from './fake-filter';
import { FakeImports } from './fake-import';
import { FakeMerges } from './fake-merge';
import { FakeOAuth } from './fake-oauth';
import { FakeRecords } from './fake-records';
import { Refusal } from './fake-refusal';
import { FakeRoles } from './fake-roles';
import { FakeSecurity } from './fake-security';
import { FakeSession } from './fake-session';
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
  session: FakeSession;
  directory: FakeDirectory;
  threads: FakeConversations;
  work: FakeWork;
  records: FakeRecords;
  imports: FakeImports;
  fields: FakeFields;
  files: FakeFiles;
  companies: FakeCompanies;
  roles = new FakeRoles();
  access: FakeAccess;
  security = new FakeSecurity();
  audit: FakeAudit;
  oauth: FakeOAuth;
  sso: FakeSSO;
  filter: FakeFilter;
  views = new FakeViews();
  bulks: FakeBulks;
  merges = new FakeMerges(this);
  book = new FakeContacts(this);
  webhooks: FakeWebhooks;
  /** Asked first; what it answers is the answer. */
  before: (request: Request, path: string, body: Record<string, unknown>) => unknown = () => undefined;
  calls: { method: string; path: string; headers: Headers; body: Record<string, unknown> }[] = [];
  private streams = new Set<(text: string) => void>();
  private seq = 100;

  constructor(options: Options = {}) {
    const { contacts = 60 } = options;
    const some = contacts > 0;
    this.access = new FakeAccess(contacts, this.roles);
    this.session = new FakeSession(options, () => this.access.session());
    this.directory = new FakeDirectory(some);
    this.audit = new FakeAudit(contacts);
    this.oauth = new FakeOAuth(some);
    this.sso = new FakeSSO(Boolean(options.sso), () => this.session.enter());
    this.work = new FakeWork(Math.min(contacts, 60));
    this.contacts = Array.from({ length: contacts }, (_, n) => makeContact(n));
    this.imports = new FakeImports(some);
    this.fields = new FakeFields(some);
    this.files = new FakeFiles(this.contacts);
    this.companies = new FakeCompanies(contacts, this);
    if (options.employed)
      for (const [n, contact] of this.contacts.entries())
        contact.company_id = this.companies.items[n % 4]?.id ?? '';
    this.webhooks = new FakeWebhooks(some);
    this.filter = new FakeFilter(
      () => this.contacts,
      options.rows ?? 0,
      () => this.companies.items,
    );
    this.bulks = new FakeBulks(this, options.bulks ? manyBulks : []);
    this.records = new FakeRecords(
      this.contacts.slice(0, 12),
      this.companies.items,
      (one) => [...this.contacts, ...this.companies.items].find(({ id }) => id === one)?.name ?? '',
    );
    this.threads = new FakeConversations(this);
  }

  get signedIn(): boolean {
    return this.session.signedIn;
  }

  get conversations(): Conversation[] {
    return this.threads.conversations;
  }

  get messages(): Message[] {
    return this.threads.messages;
  }

  get subAccounts(): SubAccount[] {
    return this.directory.subAccounts;
  }

  set subAccounts(next: SubAccount[]) {
    this.directory.subAccounts = next;
  }

  /** Puts a message into its thread, and its thread on top. */
  add(contactId: string, changes: Partial<Message>): Message {
    return this.threads.add(contactId, changes);
  }

  /** Shows a message in another state, and says so on the stream. */
  change(message: Message): Message {
    return this.threads.change(message);
  }

  /** What knows its own routes. */
  private get parts() {
    return [
      this.oauth,
      this.sso,
      this.roles,
      this.access,
      this.security,
      this.audit,
      this.views,
      this.bulks,
      this.merges,
      this.imports,
      this.fields,
      this.files,
      this.companies,
      this.webhooks,
      this.session,
      this.directory,
      this.work,
      this.records,
      this.book,
      this.threads,
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
    for (const [method, pattern, handler] of this.parts.flatMap(({ routes }) => routes)) {
      const match = request.method === method && pattern.exec(path);
      if (match) return this.positioned(this.respond(handler([...match], body, url, request)));
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

  /** Says where the stream stands, as the server does. */
  private positioned(answer: Response): Response {
    answer.headers.set('Stream-Position', String(this.seq));
    return answer;
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

export type { Handler } from './fake-refusal';
export { account, Refusal };
