import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Contact, type ContactInput, idempotency, ifMatch, ok } from '@/lib/api';
import { patched } from '@/lib/patched';
import { createStore } from '@/lib/store';
import { contactKey } from './keys';
import { mapRows, refreshCompanyColumns } from './list';

const list = '/api/v1/sub-accounts/{sub_account}/contacts';
const one = '/api/v1/sub-accounts/{sub_account}/contacts/{contact}';

export const contactQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: contactKey(account, id),
    queryFn: ({ signal }) =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, contact: id } } })),
  });

/** Makes a company of that name, for the contact who works there; answers its id. */
export async function createCompany(account: string, name: string): Promise<string> {
  const path = { sub_account: account };
  const made = await ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/companies', {
      params: { path, header: idempotency() },
      body: { name },
    }),
  );
  return made.id;
}

export function createContact(account: string, body: ContactInput, key: string): Promise<Contact> {
  return ok(api.POST(list, { params: { path: { sub_account: account }, header: idempotency(key) }, body }));
}

/** Changes what `body` names. 412 (`stale`) when somebody else changed the contact since `version`. */
export function updateContact(
  account: string,
  id: string,
  version: number,
  body: ContactInput,
): Promise<Contact> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, contact: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteContact(account: string, contact: Contact): Promise<void> {
  await ok(
    api.DELETE(one, {
      params: { path: { sub_account: account, contact: contact.id }, header: ifMatch(contact.version) },
    }),
  );
}

/** Deleted on this page, while "Undo" is still on offer. */
export const hiddenContacts = createStore<ReadonlySet<string>>(new Set());

export function hideContact(id: string, hide: boolean): void {
  hiddenContacts.set((ids) => {
    const next = new Set(ids);
    if (hide) next.add(id);
    else next.delete(id);
    return next;
  });
}

/** Shows a contact as the server has it now, wherever it is on the page. */
export function storeContact(client: QueryClient, account: string, contact: Contact): void {
  client.setQueryData<Contact>(contactKey(account, contact.id), (old) =>
    old && old.version > contact.version ? old : contact,
  );
  let moved = false;
  mapRows(client, account, (item) => {
    if (item.id !== contact.id || item.version > contact.version) return item;
    // A row may have come with its company.
    if (item.company_id === contact.company_id) return { ...contact, company: item.company };
    moved = true;
    return contact;
  });
  if (moved) refreshCompanyColumns(client, account);
}

/** What `contact.updated` tells: both sides, with no more than what differs. */
export interface ContactChange {
  before: Partial<Contact>;
  after: Partial<Contact>;
}

/** Brings a contact up to date wherever it is on the page; false where the page holds one from before another change. */
export function patchContact(
  client: QueryClient,
  account: string,
  id: string,
  change: ContactChange,
): boolean {
  let known = true;
  let moved = false;
  const next = (held: Contact): Contact => {
    if (held.version >= (change.after.version ?? 0)) return held;
    if (held.version === change.before.version) return patched(held, change);
    known = false;
    return held;
  };
  client.setQueryData<Contact>(contactKey(account, id), (held) => held && next(held));
  mapRows(client, account, (item) => {
    if (item.id !== id) return item;
    const now = next(item);
    if (now.company_id === item.company_id) return now;
    // A row may have come with its company.
    moved = true;
    return { ...now, company: undefined };
  });
  if (moved) refreshCompanyColumns(client, account);
  return known;
}
