import type { Company } from '@/lib/api';
import type { FakeApi } from './fake-api';
import { id, me, minutesAgo } from './fake-data';
import { type Handler, Refusal } from './fake-refusal';

const names = ['Rossi Flowers', 'Donaudampfschifffahrtsgesellschaft Wien', 'Harbor Yoga', 'Lakeside Auto'];

function makeCompany(n: number, changes: Partial<Company> = {}): Company {
  const name = `${names[n % names.length]}${n >= names.length ? ` ${n}` : ''}`;
  return {
    id: id(17, n),
    name,
    domain: `${name.toLowerCase().replace(/[^a-z0-9]/g, '')}.example`,
    phone: n % 3 === 2 ? '' : `+1415555${String(2000 + n)}`,
    website: '',
    street: '500 Howard Street',
    city: n % 2 ? 'Wien' : 'San Francisco',
    region: '',
    postal_code: '',
    country: n % 2 ? 'AT' : 'US',
    owner_id: n % 2 ? '' : me,
    tags: n % 2 ? [] : ['partner'],
    custom: {},
    created_at: minutesAgo(n * 700 + 9),
    updated_at: minutesAgo(n * 700 + 9),
    version: 1,
    ...changes,
  };
}

/** What is known of the first one beyond what every company has. */
const kept = {
  industry: 'Floristry',
  tier: 'gold',
  staff: 1200,
  contract_until: '2027-03-31',
  yearly_budget: { amount: 1_250_000, currency: 'USD' },
  signed_contract: id(15, 0),
  first_to_call: id(2, 4),
  invoiced_monthly: true,
};

/** Companies in memory; whose contacts belong to them is the contacts' to say. */
export class FakeCompanies {
  items: Company[];
  private made = 1000;

  constructor(
    many: number,
    private api: FakeApi,
  ) {
    this.items = Array.from({ length: Math.min(many, 40) }, (_, n) =>
      makeCompany(n, n === 0 ? { custom: { ...kept } } : {}),
    );
  }

  /** What is required of a new one, and can't be taken from any. */
  private wanting(given: unknown, fresh: boolean): Refusal | undefined {
    const custom = (given ?? {}) as Record<string, unknown>;
    const errors = this.api.fields.fields
      .filter(({ object, required, archived_at }) => object === 'company' && required && !archived_at)
      .filter(({ key }) => (fresh || key in custom) && (custom[key] ?? null) === null)
      .map(({ key }) => ({ path: `custom.${key}`, message: 'This field is required.' }));
    return errors.length > 0
      ? new Refusal(422, 'company.invalid', 'Mend the fields.', { errors })
      : undefined;
  }

  routes: [string, RegExp, Handler][] = [
    [
      'GET',
      /\/companies$/,
      (_, __, url) => {
        const q = url.searchParams.get('q')?.toLowerCase() ?? '';
        const tag = url.searchParams.get('tag');
        const items = this.items.filter(
          (item) =>
            `${item.name} ${item.domain}`.toLowerCase().includes(q) && (!tag || item.tags.includes(tag)),
        );
        return { items, total: items.length };
      },
    ],
    [
      'POST',
      /\/companies$/,
      (_, body) => {
        const wanting = this.wanting(body.custom, true);
        if (wanting) return wanting;
        const other = this.items.find(({ domain }) => body.domain && domain === body.domain);
        if (other)
          return new Refusal(409, 'company.duplicate', 'Another company has this domain.', {
            company: { id: other.id, name: other.name },
            field: 'domain',
          });
        const made = makeCompany(0, {
          ...{ domain: '', phone: '', street: '', city: '', country: '', owner_id: '', tags: [] },
          ...(body as Partial<Company>),
          id: id(17, this.made++),
          created_at: minutesAgo(0),
        });
        this.items = [made, ...this.items];
        return made;
      },
    ],
    [
      'GET',
      /\/companies\/([^/]+)\/contacts$/,
      ([, one]) => ({
        items: this.api.contacts.filter(
          (contact, n) => contact.company_id === one || (n < 3 && one === this.items[0]?.id),
        ),
      }),
    ],
    ['GET', /\/companies\/([^/]+)\/notes$/, ([, one]) => this.api.records.notesOf(one)],
    ['POST', /\/companies\/([^/]+)\/notes$/, ([, one], body) => this.api.records.addNote('', body, one)],
    ['GET', /\/companies\/([^/]+)$/, ([, one]) => this.items.find((item) => item.id === one) ?? missing()],
    [
      'PATCH',
      /\/companies\/([^/]+)$/,
      ([, one], body, _, request) => {
        const old = this.items.find((item) => item.id === one);
        if (!old) return missing();
        if (request.headers.get('If-Match') !== `"${old.version}"`)
          return new Refusal(412, 'company.stale', 'Somebody changed the company meanwhile.');
        const wanting = this.wanting(body.custom, false);
        if (wanting) return wanting;
        const custom = { ...old.custom, ...(body.custom as Company['custom'] | undefined) };
        const next = { ...old, ...(body as Partial<Company>), custom, version: old.version + 1 };
        this.items = this.items.map((item) => (item.id === one ? next : item));
        return next;
      },
    ],
    [
      'DELETE',
      /\/companies\/([^/]+)$/,
      ([, one]) => {
        this.items = this.items.filter((item) => item.id !== one);
      },
    ],
  ];
}

function missing(): Refusal {
  return new Refusal(404, 'company.not_found', 'There is no such company here.');
}
