import { api, explain, ok } from '@/lib/api';
import { dismissToast, toast } from '@/lib/toast';
import type { ContactList } from './list';

/**
 * Saves a list's contacts as a file, with the columns that are shown. The
 * browser keeps what comes in as a blob, which it puts on the disk when it is
 * large: the page holds none of it.
 */
export async function exportContacts(account: string, list: ContactList, columns: string[]): Promise<void> {
  const stop = new AbortController();
  const under = toast({
    title: 'Exporting the contacts…',
    duration: Number.POSITIVE_INFINITY,
    action: { label: 'Cancel', run: () => stop.abort() },
  });
  try {
    const file = await ok(
      api.POST('/api/v1/sub-accounts/{sub_account}/contacts/export', {
        signal: stop.signal,
        params: { path: { sub_account: account } },
        // By the mark at its beginning Excel knows the letters.
        body: { filter: list.filter, ...(list.q && { q: list.q }), sort: list.sort, columns, bom: true },
        parseAs: 'blob',
        headers: { Accept: 'text/csv' },
      }),
    );
    save(file as unknown as Blob);
    toast({ title: 'The contacts are in contacts.csv', tone: 'good' });
  } catch (error) {
    if (!stop.signal.aborted)
      toast({ title: 'The contacts were not exported', detail: explain(error), tone: 'bad' });
  } finally {
    dismissToast(under);
  }
}

function save(file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'contacts.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
