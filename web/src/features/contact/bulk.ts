import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import {
  api,
  type Bulk,
  cursorPaging,
  idempotency,
  mapPages,
  type NewBulk,
  ok,
  type Page,
  type Pages,
  prepend,
} from '@/lib/api';
import { remembered } from '@/lib/storage';
import { createStore } from '@/lib/store';
import { moving } from './bulk-words';
import type { ContactList } from './list';
import type { Selection } from './selection';

const list = '/api/v1/sub-accounts/{sub_account}/contacts/bulk';
const one = '/api/v1/sub-accounts/{sub_account}/contacts/bulk/{bulk}';

export const bulksKey = (account: string) => ['account', account, 'bulk'] as const;

/** The bulk actions that there were, the newest first. How far one has come is no event: it is asked for. */
export const bulksQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: bulksKey(account),
    queryFn: ({ pageParam, signal }): Promise<Page<Bulk>> =>
      ok(
        api.GET(list, {
          signal,
          params: { path: { sub_account: account }, query: { cursor: pageParam, limit: 20 } },
        }),
      ),
    ...cursorPaging,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(moving)) ? 1000 : false,
  });

/** Whom a selection means: some by their ids, or all that a list's filter and search let in. */
export function meant(selection: Selection, { filter, q }: ContactList): Omit<NewBulk, 'action'> {
  if (!selection.all) return { ids: [...selection.ids] };
  const except = [...selection.except];
  // No filter has to be said: it is everybody.
  return { filter, ...(q && { q }), ...(except.length > 0 && { except }) };
}

export function startBulk(account: string, body: NewBulk, key: string): Promise<Bulk> {
  return ok(api.POST(list, { params: { path: { sub_account: account }, header: idempotency(key) }, body }));
}

export type BulkMove = 'pause' | 'resume' | 'cancel' | 'undo';

/** Pauses, resumes, cancels or undoes. No If-Match: what is pressed is meant whatever its state has become. */
export function moveBulk(account: string, id: string, move: BulkMove): Promise<Bulk> {
  const params = { path: { sub_account: account, bulk: id }, header: idempotency() };
  switch (move) {
    case 'pause':
      return ok(api.POST(`${one}/pause`, { params }));
    case 'resume':
      return ok(api.POST(`${one}/resume`, { params }));
    case 'cancel':
      return ok(api.POST(`${one}/cancel`, { params }));
    case 'undo':
      return ok(api.POST(`${one}/undo`, { params }));
  }
}

/** Shows a bulk action as the server has it now. */
export function storeBulk(client: QueryClient, account: string, next: Bulk): void {
  client.setQueryData<Pages<Bulk>>(bulksKey(account), (old) => {
    if (!old) return old;
    const known = old.pages.some(({ items }) => items.some(({ id }) => id === next.id));
    return known ? mapPages(old, (item) => (item.id === next.id ? next : item)) : prepend(old, next);
  });
  void client.invalidateQueries({ queryKey: bulksKey(account) });
}

const kept = remembered('bulk-followed', 'sessionStorage');

/** Those that were begun in this window, so that what came of them is told, after a reload too. */
export const followed = createStore<readonly string[]>(kept.get()?.split(',').filter(Boolean) ?? []);

export function follow(id: string, on: boolean): void {
  followed.set((ids) =>
    on ? [...ids.filter((other) => other !== id).slice(-9), id] : ids.filter((other) => other !== id),
  );
  kept.set(followed.get().join() || null);
}
