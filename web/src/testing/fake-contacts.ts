import type { Contact, ContactInput } from '@/lib/api';
import { id, makeContact } from './fake-data';
import { type FakeFilter, filterFields } from './fake-filter';
import { missing, Refusal, type Route } from './fake-refusal';

/** What holds the contacts: other nouns read and change them too. */
interface Book {
  contacts: Contact[];
  filter: FakeFilter;
}

/** Contacts one by one, and asked for by a filter. */
export class FakeContacts {
  private made = 50_000;

  constructor(private book: Book) {}

  routes: Route[] = [
    ['POST', /\/contacts\/export$/, (_, body) => this.refused(body) ?? this.book.filter.table(body)],
    ['POST', /\/contacts\/query$/, (_, body) => this.refused(body) ?? this.book.filter.query(body)],
    ['POST', /\/contacts\/count$/, (_, body) => this.refused(body) ?? this.book.filter.count(body)],
    ['GET', /\/contacts\/filter-fields$/, () => filterFields],
    [
      'POST',
      /\/contacts\/([^/]+)\/explain$/,
      ([, one], body) => this.book.filter.explain(one, body.filter) ?? missing,
    ],
    [
      'GET',
      /\/contacts$/,
      (_, __, url) =>
        this.book.filter.query({ q: url.searchParams.get('q'), limit: url.searchParams.get('limit') }),
    ],
    ['POST', /\/contacts$/, (_, body) => this.create(body as ContactInput)],
    ['GET', /\/contacts\/(.+)$/, ([, one]) => this.find(one) ?? missing],
    ['PATCH', /\/contacts\/(.+)$/, ([, one], body, _, request) => this.change(one, body, request)],
    [
      'DELETE',
      /\/contacts\/(.+)$/,
      ([, one]) => {
        this.book.contacts = this.book.contacts.filter((item) => item.id !== one);
      },
    ],
  ];

  private find(one: string | undefined) {
    return this.book.contacts.find((item) => item.id === one);
  }

  private refused(body: Record<string, unknown>): Refusal | undefined {
    const errors = this.book.filter.faults(body.filter);
    return errors.length > 0
      ? new Refusal(422, 'filter.invalid', 'The filter does not fit.', { errors })
      : undefined;
  }

  private create(body: ContactInput) {
    const { phone } = primaryOf(body);
    const other = this.book.contacts.find((item) => phone && item.phone === phone);
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
    this.book.contacts = [contact, ...this.book.contacts];
    return contact;
  }

  private change(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const old = this.find(one);
    if (!old) return missing;
    if (request.headers.get('If-Match') !== `"${old.version}"`)
      return new Refusal(412, 'stale', 'Changed meanwhile.');
    const next = { ...old, ...body, ...primaryOf(body), version: old.version + 1 } as Contact;
    if (body.custom) next.custom = { ...old.custom, ...body.custom };
    if (body.address) next.address = { ...old.address, ...body.address };
    next.name = `${next.first_name} ${next.last_name}`.trim();
    this.book.contacts = this.book.contacts.map((item) => (item.id === one ? next : item));
    return next;
  }
}

/** The primary address and number that all of them imply, as far as they are given. */
function primaryOf({ email, phone, emails, phones }: ContactInput): { email?: string; phone?: string } {
  const mail = emails ? (emails.find(({ primary }) => primary)?.address ?? '') : email;
  const number = phones ? (phones.find(({ primary }) => primary)?.number ?? '') : phone;
  return { ...(mail != null && { email: mail }), ...(number != null && { phone: number }) };
}
