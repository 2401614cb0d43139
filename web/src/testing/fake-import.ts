import type { Import, ImportDetail } from '@/lib/api';
import { id, me, minutesAgo } from './fake-data';
import { type Handler, Refusal } from './fake-refusal';

const guesses: Record<string, string> = {
  'first name': 'first_name',
  'last name': 'last_name',
  email: 'email',
  phone: 'phone',
  'additional emails': 'email',
  tags: 'tags',
  vorname: 'first_name',
  nachname: 'last_name',
  'e-mail-adresse': 'email',
  telefon: 'phone',
};

const targets = [
  ...['first_name', 'last_name', 'name', 'email', 'phone', 'tags', 'source', 'job_title', 'street', 'city'],
  ...[
    'region',
    'postal_code',
    'country',
    'timezone',
    'birthday',
    'dnd',
    'custom.customer_number',
    'custom.plan',
    'custom.insured_since',
  ],
  ...['consent', 'consent_at', 'consent_source', 'consent_text'],
];

const columns = ['First Name', 'Last Name', 'Phone', 'Email', 'Created', 'Tags', 'Additional Emails'];
const sample = [
  [
    'Maria',
    'Rossi',
    '+14155552671',
    'maria@rossi.example',
    '2024-03-01T10:00:00.000Z',
    'vip, newsletter',
    '',
  ],
  [
    'James',
    'O"Brien, Jr.',
    '(212) 555-0134',
    'james@obrien.example',
    '2024-03-02',
    'lead',
    'jim@home.example',
  ],
  ['Paul', 'Broken', '12', 'paul@broken.example', '2024-03-03', '', ''],
];

function makeImport(n: number, changes: Partial<ImportDetail> = {}): ImportDetail {
  return {
    id: id(12, n),
    name: 'customers.csv',
    state: 'ready',
    encoding: 'utf-8',
    encoding_certain: true,
    delimiter: ',',
    headed: true,
    columns,
    sample,
    targets,
    settings: {
      fields: columns.map((column) => guesses[column.toLowerCase()] ?? ''),
      match: ['email', 'phone'],
      on_match: 'update',
      tags: [],
    },
    total: 4,
    done: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    failed: 0,
    undone: 0,
    kept: 0,
    problem: '',
    undo_until: null,
    author: { kind: 'person', id: me, name: 'Dana Whitfield' },
    created_at: minutesAgo(n * 1500 + 3),
    updated_at: minutesAgo(n * 1500 + 1),
    version: 1,
    ...changes,
  };
}

const over = { total: 41_280, done: 41_280, created: 39_004, changed: 1985, unchanged: 281, failed: 10 };

/** Imports in memory: one that runs comes a step further with every look at it. */
export class FakeImports {
  items: ImportDetail[];
  private made = 100;

  constructor(some: boolean) {
    this.items = some
      ? [
          makeImport(0),
          makeImport(1, { name: 'fair-berlin.csv', state: 'paused', ...over, done: 12_000 }),
          makeImport(2, {
            name: 'Kundenliste Donaudampfschifffahrt 2025 (endgültig).csv',
            state: 'done',
            ...over,
          }),
          makeImport(3, { name: 'old.csv', state: 'undone', ...over, undone: 40_980, kept: 9 }),
          makeImport(4, {
            name: 'mitglieder-mac.csv',
            encoding: 'windows-1250',
            encoding_certain: false,
            delimiter: ';',
            sample: sample.map(([first = '', , ...rest]) => [first, 'Mźller', ...rest]),
          }),
        ]
      : [];
  }

  routes: [string, RegExp, Handler][] = [
    ['GET', /\/imports$/, () => ({ items: this.items })],
    ['POST', /\/imports$/, (_, body, url) => this.upload(String(body.text), url.searchParams.get('name'))],
    ['GET', /\/imports\/([^/]+)$/, ([, one]) => this.look(one)],
    ['PATCH', /\/imports\/([^/]+)$/, ([, one], how) => this.reread(one, how)],
    [
      'GET',
      /\/imports\/([^/]+)\/errors$/,
      () => new Response('row,error\n3,phone: too short\n', { headers: { 'content-type': 'text/csv' } }),
    ],
    [
      'POST',
      /\/imports\/([^/]+)\/preview$/,
      ([, one]) => {
        const rows = Math.min(10_000, this.find(one)?.total ?? 0);
        return {
          rows,
          created: rows - 2,
          changed: 1,
          unchanged: 0,
          failed: 1,
          errors: [{ row: 3, error: 'phone: That is no number that can be called.' }],
        };
      },
    ],
    [
      'POST',
      /\/imports\/([^/]+)\/start$/,
      ([, one], settings) => this.change(one, { state: 'running', settings: settings as Import['settings'] }),
    ],
    ['POST', /\/imports\/([^/]+)\/pause$/, ([, one]) => this.change(one, { state: 'paused' })],
    ['POST', /\/imports\/([^/]+)\/resume$/, ([, one]) => this.change(one, { state: 'running' })],
    ['POST', /\/imports\/([^/]+)\/cancel$/, ([, one]) => this.change(one, { state: 'cancelled' })],
    ['POST', /\/imports\/([^/]+)\/undo$/, ([, one]) => this.change(one, { state: 'undoing' })],
  ];

  change(one: string | undefined, changes: Partial<ImportDetail>) {
    this.items = this.items.map((item) =>
      item.id === one ? { ...item, ...changes, version: item.version + 1 } : item,
    );
    return this.find(one) ?? missing();
  }

  private find(one: string | undefined): ImportDetail | undefined {
    return this.items.find((item) => item.id === one);
  }

  /** Knows how few files look when they are read in another way: that by commas, and one of a Macintosh. */
  private reread(one: string | undefined, how: Record<string, unknown>) {
    const item = this.find(one);
    if (!item) return missing();
    const encoding = (how.encoding as Import['encoding']) ?? item.encoding;
    const delimiter = (how.delimiter as string) ?? item.delimiter;
    if (encoding.startsWith('utf-16'))
      return new Refusal(422, 'import.unreadable', 'The file writes its letters in another way.', {
        errors: [{ path: 'encoding', message: 'Its letters don’t exist in this encoding.' }],
      });
    const mac = (text: string) => (encoding === 'macintosh' ? text.replaceAll('ź', 'ü') : text);
    const same = delimiter === item.delimiter;
    return this.change(one, {
      encoding,
      delimiter,
      encoding_certain: true,
      sample: (item.sample ?? []).map((row) => (same ? row : [row.join(item.delimiter)]).map(mac)),
      columns: same ? item.columns : ['Column 1'],
      settings: same ? item.settings : { ...item.settings, fields: [''], match: [] },
    });
  }

  private look(one: string | undefined) {
    const item = this.find(one);
    if (!item) return missing();
    const { state, total, created, changed } = item;
    if (state === 'undoing') return this.change(one, { state: 'undone', undone: created + changed });
    if (state !== 'running') return item;
    const done = Math.min(total, item.done + Math.ceil(total / 4));
    const failed = done >= 3 ? 1 : 0;
    return this.change(one, {
      done,
      failed,
      created: done - failed,
      ...(done === total && { state: 'done' }),
    });
  }

  private upload(text: string, name: string | null) {
    const lines = text.trim().split(/\r?\n/);
    if (lines.length < 2)
      return new Refusal(422, 'import.unreadable', 'This is no table with at least one row.');
    const delimiter = lines[0]?.includes(';') ? ';' : ',';
    const [head = [], ...rows] = lines.map((line) => line.split(delimiter));
    const made = makeImport(this.made, {
      id: id(12, this.made++),
      name: name ?? 'contacts.csv',
      delimiter,
      columns: head,
      sample: rows,
      ...(text.includes('ź') && { encoding: 'windows-1250', encoding_certain: false }),
      total: rows.length,
      settings: {
        fields: head.map((column) => guesses[column.toLowerCase()] ?? ''),
        match: ['email', 'phone'],
        on_match: 'update',
      },
      created_at: minutesAgo(0),
    });
    this.items = [made, ...this.items];
    return made;
  }
}

function missing(): Refusal {
  return new Refusal(404, 'import.not_found', 'There is no such import here.');
}
