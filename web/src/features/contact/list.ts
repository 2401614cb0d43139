import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, type Contact, type ContactCount, type FilterTree, ok } from '@/lib/api';
import { contactsKey } from './keys';
import type { ContactSort } from './model';

/** Which contacts a list has, in which order. */
export interface ContactList {
  filter: FilterTree | null;
  q?: string;
  sort: ContactSort;
  /** Each contact comes with its company, for columns that show it. */
  companies?: boolean;
}

/** How many rows are asked for at a time: the most that the API gives. */
export const pageSize = 100;

export interface RowPage {
  items: Contact[];
  /** Whether rows follow. */
  more: boolean;
}

const base = '/api/v1/sub-accounts/{sub_account}/contacts';
const inAccount = (account: string) => ({ path: { sub_account: account } });
const rowsKey = (account: string) => [...contactsKey(account), 'rows'] as const;

/** The rows from `page` × 100 on. */
export const rowsQuery = (account: string, list: ContactList, page: number) =>
  queryOptions({
    queryKey: [...rowsKey(account), list, page],
    queryFn: async ({ signal }): Promise<RowPage> => {
      const { items, next_cursor } = await ok(
        api.POST(`${base}/query`, {
          signal,
          params: inAccount(account),
          body: {
            ...asked(list),
            ...(list.companies && { expand: ['company'] }),
            sort: list.sort,
            at_row: page * pageSize,
            limit: pageSize,
          },
        }),
      );
      // All members are asked for, so all are there.
      return { items: items as Contact[], more: Boolean(next_cursor) };
    },
  });

/** How many there are, and the filter in words. A new question cancels the one before. */
export const countQuery = (account: string, list: Pick<ContactList, 'filter' | 'q'>) =>
  queryOptions({
    queryKey: [...contactsKey(account), 'count', asked(list)],
    queryFn: ({ signal }): Promise<ContactCount> =>
      ok(api.POST(`${base}/count`, { signal, params: inAccount(account), body: asked(list) })),
    retry: (failures, error) => failures < 1 && !('fields' in error && error.fields),
  });

export const filterFieldsQuery = (account: string) =>
  queryOptions({
    queryKey: ['account', account, 'contact-filter-fields'],
    queryFn: ({ signal }) => ok(api.GET(`${base}/filter-fields`, { signal, params: inAccount(account) })),
    staleTime: 60_000,
  });

/** Why a contact is in a filter, or is not. */
export const explainQuery = (account: string, contact: string, filter: FilterTree) =>
  queryOptions({
    queryKey: ['account', account, 'contact', contact, 'explain', filter],
    queryFn: ({ signal }) =>
      ok(
        api.POST(`${base}/{contact}/explain`, {
          signal,
          params: { path: { sub_account: account, contact } },
          body: { filter },
        }),
      ),
    staleTime: 0,
  });

/** Changes a contact in every page of rows that is kept; untouched pages keep their identity. */
export function mapRows(client: QueryClient, account: string, change: (contact: Contact) => Contact): void {
  client.setQueriesData<RowPage>({ queryKey: rowsKey(account) }, (page) => {
    if (!page) return page;
    const items = page.items.map(change);
    return items.every((item, i) => item === page.items[i]) ? page : { ...page, items };
  });
}

/** Reads anew the rows that show companies: one of them changed. */
export function refreshCompanyColumns(client: QueryClient, account: string): void {
  void client.invalidateQueries({
    queryKey: rowsKey(account),
    predicate: ({ queryKey }) => (queryKey.at(-2) as ContactList | undefined)?.companies === true,
  });
}

function asked({ filter, q }: Pick<ContactList, 'filter' | 'q'>) {
  return { ...(filter && { filter }), ...(q && { q }) };
}

/** Somebody who has the tag, in addition to what is asked already. */
export function alsoTagged(filter: FilterTree | null, tag: string): FilterTree {
  const clause = { field: 'tags', op: 'any_of', value: [tag] };
  if (!filter) return clause;
  const all = Array.isArray(filter.and) ? (filter.and as unknown[]) : [filter];
  const known = all.some((one) => JSON.stringify(one) === JSON.stringify(clause));
  return known ? filter : { and: [...all, clause] };
}

/** The companies that may be chosen in a filter: the first hundred by name. */
export const companyChoicesQuery = (account: string) =>
  queryOptions({
    queryKey: ['account', account, 'company-choices'],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/companies', {
          signal,
          params: { path: { sub_account: account }, query: { limit: 100 } },
        }),
      ),
    select: ({ items }) => items.map(({ id, name, domain }) => ({ value: id, label: name || domain })),
    staleTime: 60_000,
  });
