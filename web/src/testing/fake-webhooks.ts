import type { Webhook, WebhookDelivery } from '@/lib/api';
import { id, minutesAgo } from './fake-data';
import { eventKinds } from './fake-event-kinds';
import { type Handler, Refusal } from './fake-refusal';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function makeWebhook(n: number, changes: Partial<Webhook> = {}): Webhook {
  return {
    id: id(18, n),
    url: 'https://warehouse.example/hooks/omnicrm',
    description: 'Warehouse',
    events: ['contact.*', 'message.created'],
    enabled: true,
    state: 'active',
    last_success_at: minutesAgo(4),
    created_at: minutesAgo(90_000),
    updated_at: minutesAgo(90_000),
    version: 1,
    ...changes,
  };
}

const some = [
  makeWebhook(0),
  makeWebhook(1, {
    url: 'https://donaudampfschifffahrtsgesellschaft.example/kundenverwaltung/eingang/omnicrm?mandant=wien',
    description: '',
    events: ['*'],
    state: 'failing',
    failing_since: minutesAgo(200),
    last_success_at: minutesAgo(201),
  }),
  makeWebhook(2, {
    description: 'Old newsletter',
    events: ['contact.created', 'contact.updated', 'note.*', 'task.completed', 'file.*'],
    enabled: false,
    state: 'disabled',
    disabled_reason: 'failing',
    disabled_at: minutesAgo(2000),
    last_success_at: undefined,
  }),
];

const attempt = (number: number, changes: object) => ({
  number,
  started_at: minutesAgo(4 + 7 * number),
  finished: true,
  request: 'content-type: application/json\nwebhook-id: msg_01920e5c7f3a7c1e9d590242ac120031',
  response: '',
  ...changes,
});

function makeDelivery(n: number, changes: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    id: id(19, n),
    message_id: `msg_${id(19, n).replaceAll('-', '')}`,
    event_id: id(20, n),
    event: n % 2 ? 'message.created' : 'contact.updated',
    subject_kind: n % 2 ? 'message' : 'contact',
    subject_id: id(2, n),
    state: 'succeeded',
    attempts: 1,
    status: 200,
    latency_ms: 84 + n,
    created_at: minutesAgo(n * 9 + 2),
    finished_at: minutesAgo(n * 9 + 2),
    request: {
      type: n % 2 ? 'message.created' : 'contact.updated',
      api_version: 'v1',
      sequence: 1042 - n,
      data: { before: { score: 1 }, after: { score: 2 } },
    },
    tries: [attempt(1, { status: 200, latency_ms: 84 + n, response: 'ok' })],
    ...changes,
  };
}

const failing: Partial<WebhookDelivery> = {
  attempts: 3,
  status: 503,
  error: 'The address answered 503.',
  tries: [
    attempt(3, {
      status: 503,
      latency_ms: 1204,
      error: 'The address answered 503.',
      response: 'upstream away',
    }),
    attempt(2, { latency_ms: 15_000, error: 'No answer within 15 seconds.' }),
    attempt(1, { status: 503, latency_ms: 900, error: 'The address answered 503.' }),
  ],
};

/** Webhooks and their log, in memory. */
export class FakeWebhooks {
  items: Webhook[];
  deliveries: WebhookDelivery[];
  private made = 100;

  constructor(any: boolean) {
    this.items = any ? some : [];
    this.deliveries = any
      ? [
          makeDelivery(0, {
            ...failing,
            state: 'pending',
            next_attempt_at: minutesAgo(-3),
            finished_at: undefined,
          }),
          makeDelivery(1),
          makeDelivery(2, { ...failing, state: 'failed' }),
          ...Array.from({ length: 9 }, (_, n) => makeDelivery(n + 3)),
        ]
      : [];
  }

  routes: [string, RegExp, Handler][] = [
    ['GET', /^\/event-kinds$/, () => ({ items: eventKinds })],
    ['GET', /\/webhooks$/, () => ({ items: this.items })],
    [
      'POST',
      /\/webhooks$/,
      (_, body) => {
        if (!String(body.url).startsWith('https://'))
          return new Refusal(422, 'webhook.invalid', 'Mend the fields.', {
            errors: [{ path: 'url', message: 'An address begins with https://.' }],
          });
        const made = makeWebhook(this.made, {
          description: '',
          last_success_at: undefined,
          ...(body as Partial<Webhook>),
          id: id(18, this.made++),
        });
        this.items = [...this.items, made];
        return { ...made, secret };
      },
    ],
    [
      'PATCH',
      /\/webhooks\/([^/]+)$/,
      ([, one], body, _, request) => {
        const old = this.items.find((item) => item.id === one);
        if (!old) return missing();
        if (request.headers.get('If-Match') !== `"${old.version}"`)
          return new Refusal(412, 'webhook.stale', 'Somebody changed the webhook meanwhile.');
        const { enabled = old.enabled } = body as Partial<Webhook>;
        return this.change(one, {
          ...(body as Partial<Webhook>),
          state: enabled ? 'active' : 'disabled',
          ...(!enabled && { disabled_reason: 'person' as const, disabled_at: minutesAgo(0) }),
        });
      },
    ],
    [
      'DELETE',
      /\/webhooks\/([^/]+)$/,
      ([, one]) => {
        this.items = this.items.filter((item) => item.id !== one);
      },
    ],
    [
      'POST',
      /\/webhooks\/([^/]+)\/secret$/,
      ([, one], body) => ({
        ...this.change(one, { previous_secret_until: minutesAgo(-60 * Number(body.overlap_hours)) }),
        secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      }),
    ],
    [
      'POST',
      /\/webhooks\/([^/]+)\/ping$/,
      () => {
        const sent = makeDelivery(0, {
          id: id(19, this.made++),
          event: 'webhook.ping',
          subject_kind: 'webhook',
          created_at: minutesAgo(0),
        });
        this.deliveries = [sent, ...this.deliveries];
        return sent;
      },
    ],
    [
      'POST',
      /\/webhooks\/([^/]+)\/replay$/,
      () => {
        const failed = this.deliveries.filter(({ state }) => state === 'failed');
        for (const { id: one } of failed) this.replay(one);
        return { replayed: failed.length, left: 0 };
      },
    ],
    [
      'GET',
      /\/webhooks\/[^/]+\/deliveries$/,
      (_, __, url) => ({
        items: this.deliveries.filter(
          ({ state }) => !url.searchParams.get('state') || state === url.searchParams.get('state'),
        ),
      }),
    ],
    [
      'GET',
      /\/deliveries\/([^/]+)$/,
      ([, one]) => this.deliveries.find((item) => item.id === one) ?? missing(),
    ],
    ['POST', /\/deliveries\/([^/]+)\/replay$/, ([, one]) => this.replay(one) ?? missing()],
  ];

  private change(one: string | undefined, changes: Partial<Webhook>): Webhook | undefined {
    this.items = this.items.map((item) =>
      item.id === one ? { ...item, ...changes, version: item.version + 1 } : item,
    );
    return this.items.find((item) => item.id === one);
  }

  private replay(one: string | undefined): WebhookDelivery | undefined {
    this.deliveries = this.deliveries.map((item) =>
      item.id === one ? { ...item, state: 'pending', error: undefined, finished_at: undefined } : item,
    );
    return this.deliveries.find((item) => item.id === one);
  }
}

function missing(): Refusal {
  return new Refusal(404, 'webhook.not_found', 'There is no such webhook here.');
}
