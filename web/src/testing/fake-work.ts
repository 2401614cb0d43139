import type { Job, ParkedEvent } from '@/lib/api';
import { account, id } from './fake-data';
import type { Route } from './fake-refusal';

const reasons = [
  'carrier.unavailable: The carrier does not answer.: Post "https://api.example/2010-04-01/Messages.json": dial tcp 203.0.113.7:443: connect: connection refused',
  'sms.not_ready: This sub-account has no phone number yet. An administrator of the agency can give it one.',
  'unexpected EOF',
];

export function makeJob(n: number, changes: Partial<Job> = {}): Job {
  const at = new Date(Date.now() - n * 3_600_000).toISOString();
  return {
    id: id(7, n),
    kind: n % 4 === 3 ? 'contact.erase' : 'sms.deliver',
    queue: n % 4 === 3 ? 'maintenance' : 'interactive',
    state: 'parked',
    payload: {},
    attempt: 16,
    max_attempts: 16,
    reason: reasons[n % reasons.length],
    record: n % 3 === 2 ? undefined : { kind: 'conversation', id: id(3, n) },
    actor: { kind: 'person', id: '', name: 'Dana Whitfield' },
    run_at: at,
    created_at: at,
    finished_at: at,
    ...changes,
  };
}

export function makeParkedEvent(n: number): ParkedEvent {
  return {
    event_id: id(8, n),
    kind: 'contact.updated',
    subscriber: n % 2 ? 'conversation' : 'audit',
    subject_kind: 'contact',
    subject_id: id(2, n),
    record: { kind: 'contact', id: id(2, n) },
    reason: 'audit.full: The audit log can’t be written just now.',
    parked_at: new Date(Date.now() - n * 60_000).toISOString(),
  };
}

export const running: Partial<Job>[] = [
  {
    kind: 'contact.import',
    state: 'running',
    attempt: 1,
    progress: { done: 1200, total: 5000, note: 'Row 1,200' },
  },
  { kind: 'contact.export', state: 'running', attempt: 1, progress: { done: 0, total: 0 } },
  { kind: 'contact.bulk_tag', state: 'due', attempt: 0 },
];

/** The jobs and events of a sub-account, in memory. */
export class FakeWork {
  jobs: Job[];
  events: ParkedEvent[];

  constructor(rows: number) {
    this.jobs = [
      ...Array.from({ length: rows }, (_, n) => makeJob(n + 1)),
      ...(rows
        ? running.map((changes, n) =>
            makeJob(900 + n, { ...changes, finished_at: undefined, reason: undefined }),
          )
        : []),
    ];
    this.events = Array.from({ length: Math.min(rows, 3) }, (_, n) => makeParkedEvent(n + 1));
  }

  routes: Route[] = [
    ['GET', /^\/agency\/parked-work$/, () => this.ofAgency()],
    ['GET', /\/parked-work$/, () => this.summary()],
    ['GET', /\/jobs$/, (_, __, url) => this.list(url.searchParams)],
    ['POST', /\/jobs\/replay$/, (_, body) => this.replay(body)],
    ['POST', /\/jobs\/(.+)\/cancel$/, ([, job]) => this.cancel(job)],
    [
      'GET',
      /\/parked-events$/,
      (_, __, url) => {
        const subscriber = url.searchParams.get('subscriber');
        return { items: this.events.filter((event) => !subscriber || event.subscriber === subscriber) };
      },
    ],
    ['POST', /\/parked-events\/replay$/, (_, body) => this.replayEvents(body)],
  ];

  private ofAgency() {
    const jobs = this.jobs.filter(({ state }) => state === 'parked').length;
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
    const donau = { name: 'donau', display_name: 'Donaudampfschifffahrtsgesellschaft Wien' };
    return {
      items: jobs
        ? [
            row(1, { ...donau, unknown: true, oldest: undefined }),
            row(0, { ...here, jobs, events: this.events.length }),
            row(2, { name: 'harbor-yoga', display_name: 'Harbor Yoga', events: 2 }),
          ]
        : [],
    };
  }

  list(query: URLSearchParams) {
    const state = query.get('state');
    const all = this.jobs.filter(
      (job) =>
        (state ? job.state === state : !job.finished_at) &&
        (!query.get('kind') || job.kind === query.get('kind')) &&
        (!query.get('queue') || job.queue === query.get('queue')),
    );
    const from = Number(query.get('cursor') ?? 0);
    return {
      items: all.slice(from, from + 50),
      next_cursor: from + 50 < all.length ? String(from + 50) : undefined,
    };
  }

  summary() {
    const parked = this.jobs.filter(({ state }) => state === 'parked');
    const oldest = new Date().toISOString();
    return {
      jobs: [...new Set(parked.map(({ kind }) => kind))].map((kind) => {
        const of = parked.filter((job) => job.kind === kind);
        return { kind, queue: of[0]?.queue, parked: of.length, oldest };
      }),
      events: [...new Set(this.events.map(({ subscriber }) => subscriber))].map((subscriber) => ({
        subscriber,
        parked: this.events.filter((event) => event.subscriber === subscriber).length,
        oldest,
      })),
    };
  }

  replay(body: Record<string, unknown>) {
    const chosen = this.jobs.filter(
      (job) =>
        job.state === 'parked' &&
        (Array.isArray(body.ids) ? body.ids.includes(job.id) : job.kind === body.kind),
    );
    this.jobs = this.jobs.map((job) => (chosen.includes(job) ? { ...job, state: 'due' } : job));
    return { replayed: chosen.length, left: 0 };
  }

  cancel(job: string | undefined): void {
    this.jobs = this.jobs.filter((item) => item.id !== job);
  }

  replayEvents(body: Record<string, unknown>) {
    const before = this.events.length;
    this.events = this.events.filter(
      (event) =>
        event.subscriber !== body.subscriber || (body.subject_id && event.subject_id !== body.subject_id),
    );
    return { replayed: before - this.events.length, left: 0 };
  }
}
