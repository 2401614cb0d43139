import type { StoredFile, TimelineEntry } from '@/lib/api';
import { colleague, id, me, minutesAgo } from './fake-data';
import type { Handler } from './fake-refusal';

const dana = { kind: 'person', id: me, name: 'Dana Whitfield' } as const;

function happened(
  n: number,
  kind: string,
  category: TimelineEntry['category'],
  detail: object,
  actor: TimelineEntry['actor'] = dana,
): TimelineEntry {
  return {
    id: id(16, n),
    category,
    kind,
    record_id: id(10, n),
    detail: detail as TimelineEntry['detail'],
    actor,
    occurred_at: minutesAgo(n * 400 + 5),
  };
}

const carrier = { kind: 'carrier', id: '', name: '' } as const;
const entries = [
  happened(
    0,
    'message.created',
    'message',
    { channel: 'sms', direction: 'in', body: 'Thursday works!' },
    carrier,
  ),
  happened(1, 'contact.updated', 'contact', {
    changes: [
      { field: 'owner_id', before: colleague, after: me },
      { field: 'tags', before: ['recall'], after: ['recall', 'vip'] },
      { field: 'emails', before: [], after: [{ address: 'maria@rossi.example' }] },
    ],
  }),
  happened(2, 'note.created', 'note', { body: 'Prefers mornings.' }),
  happened(3, 'task.completed', 'task', { title: 'Send the price list' }),
  happened(4, 'file.created', 'file', { name: 'offer.pdf', size: 52_431 }),
  happened(5, 'conversation.updated', 'conversation', { status: 'closed', channel: 'sms' }),
  happened(
    6,
    'optout.changed',
    'consent',
    { channel: 'sms', address: '+14155551000', opted_out: true },
    carrier,
  ),
  happened(7, 'contact.created', 'contact', {}, { kind: 'key', id: id(8, 0), name: 'Website form' }),
];

/** What happened to a company itself, and to one of its contacts. */
const ofCompany = (): TimelineEntry[] => [
  happened(20, 'company.updated', 'company', {
    changes: [
      { field: 'city', before: '', after: 'San Francisco' },
      { field: 'tags', before: [], after: ['partner'] },
    ],
  }),
  {
    ...happened(21, 'note.created', 'note', { body: 'Prefers mornings.' }),
    contact: { id: id(2, 0), name: 'Maria Lopez' },
  },
  {
    ...happened(22, 'contact.updated', 'contact', {
      changes: [{ field: 'company_id', before: null, after: id(17, 0) }],
    }),
    contact: { id: id(2, 1), name: 'Kwame Mensah' },
    companies: [{ id: id(17, 0), name: 'Rossi Flowers' }],
  },
  {
    ...happened(22, 'contact.updated', 'contact', {
      changes: [
        { field: 'company_id', before: id(17, 0), after: id(17, 1) },
        { field: 'job_title', before: 'Buyer', after: 'Head of purchasing' },
      ],
    }),
    id: id(16, 30),
    contact: { id: id(2, 2), name: 'Ana Silva' },
    companies: [
      { id: id(17, 0), name: 'Rossi Flowers' },
      { id: id(17, 1), name: 'Donaudampfschifffahrtsgesellschaft Wien' },
    ],
  },
  happened(23, 'file.created', 'file', { name: 'Behandlungskostenübernahmeerklärung.pdf', size: 52_431 }),
  happened(24, 'company.created', 'company', {}),
];

/** Files, and what happened to contacts and companies, in memory. */
export class FakeFiles {
  files: StoredFile[];
  private made = 100;

  constructor(contacts: readonly { id: string }[]) {
    this.files = contacts.slice(0, 12).flatMap((contact, n) => [
      this.make({
        id: id(15, 2 * n),
        contact_id: contact.id,
        name: 'Behandlungskostenübernahmeerklärung.pdf',
      }),
      this.make({ id: id(15, 2 * n + 1), contact_id: contact.id, name: 'xray.png', size: 2_400_000 }),
    ]);
  }

  routes: [string, RegExp, Handler][] = [
    [
      'GET',
      /\/files$/,
      (_, __, url) => ({
        items: this.files.filter(
          (file) =>
            file.contact_id === (url.searchParams.get('contact_id') ?? file.contact_id) &&
            file.company_id === (url.searchParams.get('company_id') ?? file.company_id),
        ),
      }),
    ],
    [
      'POST',
      /\/files$/,
      (_, body, url) => {
        const made = this.make({
          id: id(15, this.made++),
          name: url.searchParams.get('name') ?? '',
          contact_id: url.searchParams.get('contact_id') ?? '',
          company_id: url.searchParams.get('company_id') ?? '',
          size: String(body.text).length,
          created_at: minutesAgo(0),
        });
        this.files = [made, ...this.files];
        return made;
      },
    ],
    ['GET', /\/files\/([^/]+)$/, ([, one]) => this.files.find((file) => file.id === one)],
    [
      'DELETE',
      /\/files\/([^/]+)$/,
      ([, one]) => {
        this.files = this.files.filter((file) => file.id !== one);
      },
    ],
    [
      'GET',
      /\/(contacts|companies)\/([^/]+)\/timeline$/,
      ([, noun], _, url) => {
        const kind = url.searchParams.get('kind');
        const all = noun === 'companies' ? ofCompany() : entries;
        return { items: all.filter(({ category }) => !kind || category === kind) };
      },
    ],
  ];

  private make(changes: Partial<StoredFile>): StoredFile {
    return {
      id: '',
      contact_id: '',
      company_id: '',
      name: '',
      content_type: 'application/pdf',
      size: 52_431,
      sha256: '9f86d081',
      author: dana,
      created_at: minutesAgo(300),
      ...changes,
    };
  }
}
