import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Contact, explain, idempotency, ifMatch, type Merge, ok } from '@/lib/api';
import { toast } from '@/lib/toast';
import { storeContact } from './api';
import { duplicatesKey } from './duplicates';
import { contactKey, contactsKey } from './keys';

const base = '/api/v1/sub-accounts/{sub_account}/contacts';

/** How many contacts may be merged at once. */
export const mostMerged = 10;

const mergesKey = (account: string, contact: string) => ['account', account, 'merges', contact] as const;

/** What became part of a contact, the newest first. */
export const mergesQuery = (account: string, contact: string) =>
  queryOptions({
    queryKey: mergesKey(account, contact),
    queryFn: async ({ signal }): Promise<Merge[]> => {
      const params = { path: { sub_account: account }, query: { contact, limit: 50 } };
      return (await ok(api.GET(`${base}/merges`, { signal, params }))).items;
    },
  });

export interface MergeOrder {
  /** The one that stays. */
  survivor: Contact;
  others: readonly Contact[];
  /** By whose value a field goes: a contact's id. */
  fields: Record<string, string>;
  key: string;
}

/** Makes contacts one. 412 when somebody changed one of them since it was read. */
export async function mergeContacts(client: QueryClient, account: string, order: MergeOrder): Promise<Merge> {
  const { survivor, others, fields, key } = order;
  const { contact, merge } = await ok(
    api.POST(`${base}/{contact}/merge`, {
      params: {
        path: { sub_account: account, contact: survivor.id },
        header: { ...idempotency(key), ...ifMatch(survivor.version) },
      },
      body: {
        from: others.map(({ id }) => id),
        fields,
        versions: Object.fromEntries(others.map(({ id, version }) => [id, version])),
      },
    }),
  );
  for (const { id } of others) client.removeQueries({ queryKey: contactKey(account, id) });
  showMerged(client, account, contact);
  return merge;
}

/** Takes a merge back, and says so; says why where it can't be. */
export async function undoMerge(client: QueryClient, account: string, merge: Merge): Promise<boolean> {
  const params = { path: { sub_account: account, merge: merge.id }, header: idempotency() };
  try {
    const { contact, contacts } = await ok(api.POST(`${base}/merges/{merge}/undo`, { params }));
    for (const one of contacts) storeContact(client, account, one);
    showMerged(client, account, contact);
    toast({ title: 'They are several contacts again', tone: 'good' });
    return true;
  } catch (error) {
    toast({ title: 'The merge was not undone', detail: explain(error), tone: 'bad' });
    void client.invalidateQueries({ queryKey: mergesKey(account, merge.contact_id) });
    return false;
  }
}

function showMerged(client: QueryClient, account: string, contact: Contact): void {
  storeContact(client, account, contact);
  void client.invalidateQueries({ queryKey: contactsKey(account) });
  void client.invalidateQueries({ queryKey: mergesKey(account, contact.id) });
  void client.invalidateQueries({ queryKey: duplicatesKey(account) });
}
