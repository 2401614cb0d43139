import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, cursorPaging, idempotency, ok, type Page, type StoredFile } from '@/lib/api';

const list = '/api/v1/sub-accounts/{sub_account}/files';
const one = '/api/v1/sub-accounts/{sub_account}/files/{file}';

/** To whom a file belongs; to nobody by itself where it is the value of a field. */
export interface Belonging {
  contact_id?: string;
  company_id?: string;
}

export const filesKey = (account: string, of: Belonging) => ['account', account, 'files', of] as const;

/** The newest first. */
export const filesQuery = (account: string, of: Belonging) =>
  infiniteQueryOptions({
    queryKey: filesKey(account, of),
    queryFn: ({ pageParam, signal }): Promise<Page<StoredFile>> =>
      ok(
        api.GET(list, {
          signal,
          params: { path: { sub_account: account }, query: { ...of, cursor: pageParam, limit: 50 } },
        }),
      ),
    ...cursorPaging,
  });

export const fileQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: ['account', account, 'file', id],
    queryFn: ({ signal }): Promise<StoredFile> =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, file: id } } })),
  });

/** Sends a file as it is. */
export function uploadFile(account: string, of: Belonging, file: File, key: string): Promise<StoredFile> {
  return ok(
    api.POST(list, {
      params: {
        path: { sub_account: account },
        query: { name: file.name.slice(-200), ...of },
        header: idempotency(key),
      },
      body: file as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );
}

export async function deleteFile(account: string, id: string): Promise<void> {
  await ok(api.DELETE(one, { params: { path: { sub_account: account, file: id } } }));
}

/** Where a browser finds a file's content; always as a download. */
export function fileAddress(account: string, id: string): string {
  return `/api/v1/sub-accounts/${encodeURIComponent(account)}/files/${encodeURIComponent(id)}/content`;
}
