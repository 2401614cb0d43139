import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, idempotency, ifMatch, type NewView, ok, type View, type ViewInput } from '@/lib/api';
import { createStore } from '@/lib/store';

const base = '/api/v1/sub-accounts/{sub_account}/views';
const viewsKey = (account: string) => ['account', account, 'views', 'contact'] as const;

/** The saved views of contacts that the person may use: their own and the shared ones. */
export const viewsQuery = (account: string) =>
  queryOptions({
    queryKey: viewsKey(account),
    queryFn: async ({ signal }): Promise<View[]> => {
      const params = { path: { sub_account: account }, query: { object: 'contact' as const } };
      return (await ok(api.GET(base, { signal, params }))).items;
    },
    staleTime: 60_000,
  });

export function createView(account: string, body: NewView): Promise<View> {
  return ok(api.POST(base, { params: { path: { sub_account: account }, header: idempotency() }, body }));
}

export function updateView(account: string, view: View, body: ViewInput): Promise<View> {
  const params = { path: { sub_account: account, view: view.id }, header: ifMatch(view.version) };
  return ok(api.PATCH(`${base}/{view}`, { params, body }));
}

export async function deleteView(account: string, view: View): Promise<void> {
  const params = { path: { sub_account: account, view: view.id }, header: ifMatch(view.version) };
  await ok(api.DELETE(`${base}/{view}`, { params }));
}

/** Shows a view as the server has it now. */
export function storeView(client: QueryClient, account: string, view: View): void {
  client.setQueryData<View[]>(viewsKey(account), (old = []) =>
    old.some(({ id }) => id === view.id)
      ? old.map((one) => (one.id === view.id ? view : one))
      : [...old, view],
  );
}

export function dropView(client: QueryClient, account: string, id: string): void {
  client.setQueryData<View[]>(viewsKey(account), (old) => old?.filter((one) => one.id !== id));
}

/** Deleted on this page, while "Undo" is still on offer. */
export const hiddenViews = createStore<readonly string[]>([]);
