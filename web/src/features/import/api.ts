import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  cursorPaging,
  type Import,
  type ImportDetail,
  type ImportPreview,
  type ImportSettings,
  idempotency,
  ifMatch,
  ok,
  type Page,
} from '@/lib/api';
import { importKey, importsKey } from './keys';
import { moving } from './model';

const list = '/api/v1/sub-accounts/{sub_account}/imports';
const one = '/api/v1/sub-accounts/{sub_account}/imports/{import}';

/* How far an import has come is no event: it is asked for, while one looks at it. */
const often = 1000;

export const importsQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: importsKey(account),
    queryFn: ({ pageParam, signal }): Promise<Page<Import>> =>
      ok(
        api.GET(list, {
          signal,
          params: { path: { sub_account: account }, query: { cursor: pageParam, limit: 50 } },
        }),
      ),
    ...cursorPaging,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(moving)) ? 2 * often : false,
  });

export const importQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: importKey(account, id),
    queryFn: ({ signal }): Promise<ImportDetail> =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, import: id } } })),
    refetchInterval: ({ state }) => (state.data && moving(state.data) ? often : false),
  });

/** Sends a file as it is. The answer says what its letters, its delimiter and its columns seem to be. */
export function uploadImport(account: string, file: File, key: string, signal: AbortSignal): Promise<Import> {
  return ok(
    api.POST(list, {
      signal,
      params: {
        path: { sub_account: account },
        query: { name: file.name.slice(-200) },
        header: idempotency(key),
      },
      body: file as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );
}

/** How the letters are written, or what stands between the columns; null has it found out again. */
export type Reading = { encoding?: Import['encoding'] | null; delimiter?: string | null };

/** Reads the file in another way: its columns and first rows are what they are then. */
export function rereadImport(account: string, { id, version }: Import, body: Reading): Promise<ImportDetail> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, import: id }, header: ifMatch(version) },
      body,
    }),
  );
}

/** Counts what the settings would do, and does none of it. */
export function previewImport(
  account: string,
  { id, version }: Import,
  body: ImportSettings,
): Promise<ImportPreview> {
  return ok(
    api.POST(`${one}/preview`, {
      params: {
        path: { sub_account: account, import: id },
        header: { ...idempotency(), ...ifMatch(version) },
      },
      body,
    }),
  );
}

export function startImport(account: string, { id, version }: Import, body: ImportSettings): Promise<Import> {
  return ok(
    api.POST(`${one}/start`, {
      params: {
        path: { sub_account: account, import: id },
        header: { ...idempotency(), ...ifMatch(version) },
      },
      body,
    }),
  );
}

export type Move = 'pause' | 'resume' | 'cancel' | 'undo';

/** Pauses, resumes, cancels or undoes. No If-Match: its version moves with its rows while one presses. */
export function moveImport(account: string, id: string, move: Move): Promise<Import> {
  const params = { path: { sub_account: account, import: id }, header: idempotency() };
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

/** Where a browser finds the rows that failed, as a file. */
export function errorsAddress(account: string, id: string): string {
  return `/api/v1/sub-accounts/${encodeURIComponent(account)}/imports/${encodeURIComponent(id)}/errors`;
}

/** Shows an import as the server has it now; what was seen of its file stays. */
export function storeImport(client: QueryClient, account: string, next: Import): void {
  client.setQueryData<ImportDetail>(importKey(account, next.id), (old) => old && { ...old, ...next });
  void client.invalidateQueries({ queryKey: importsKey(account) });
  void client.invalidateQueries({ queryKey: importKey(account, next.id) });
}
