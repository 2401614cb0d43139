import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  type Company,
  type CompanyInput,
  type Contact,
  cursorPaging,
  idempotency,
  ifMatch,
  ok,
  type Page,
} from '@/lib/api';
import { companiesKey, companyContactsKey, companyKey } from './keys';
import type { CompanySort } from './search';

const list = '/api/v1/sub-accounts/{sub_account}/companies';
const one = '/api/v1/sub-accounts/{sub_account}/companies/{company}';
const contact = '/api/v1/sub-accounts/{sub_account}/contacts/{contact}';

export interface CompanyList {
  q?: string;
  tag?: string;
  sort: CompanySort;
}

export const companiesQuery = (account: string, asked: CompanyList) =>
  infiniteQueryOptions({
    queryKey: [...companiesKey(account), asked],
    queryFn: ({ pageParam, signal }): Promise<Page<Company>> =>
      ok(
        api.GET(list, {
          signal,
          params: { path: { sub_account: account }, query: { ...asked, cursor: pageParam, limit: 100 } },
        }),
      ),
    // Between two letters of a search the old list stays: no flicker.
    placeholderData: (previous) => previous,
    ...cursorPaging,
  });

export const companyQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: companyKey(account, id),
    queryFn: ({ signal }): Promise<Company> =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, company: id } } })),
  });

/** Who belongs to a company, by name. */
export const companyContactsQuery = (account: string, id: string) =>
  infiniteQueryOptions({
    queryKey: companyContactsKey(account, id),
    queryFn: ({ pageParam, signal }): Promise<Page<Contact>> =>
      ok(
        api.GET(`${one}/contacts`, {
          signal,
          params: { path: { sub_account: account, company: id }, query: { cursor: pageParam, limit: 50 } },
        }),
      ),
    ...cursorPaging,
  });

export function createCompany(account: string, body: CompanyInput, key: string): Promise<Company> {
  return ok(api.POST(list, { params: { path: { sub_account: account }, header: idempotency(key) }, body }));
}

/** Changes what `body` names. 412 when somebody else changed the company since `version`. */
export function updateCompany(
  account: string,
  id: string,
  version: number,
  body: CompanyInput,
): Promise<Company> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, company: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteCompany(account: string, { id, version }: Company): Promise<void> {
  await ok(
    api.DELETE(one, {
      params: { path: { sub_account: account, company: id }, header: ifMatch(version) },
    }),
  );
}

/** Puts a contact into a company, or out of the one it is in: nobody else's field is touched. */
export async function assignCompany(account: string, id: string, company: string | null): Promise<Contact> {
  const path = { sub_account: account, contact: id };
  const { version } = await ok(api.GET(contact, { params: { path } }));
  return ok(
    api.PATCH(contact, { params: { path, header: ifMatch(version) }, body: { company_id: company } }),
  );
}

/** Shows a company as the server has it now, and reads the lists again: their order is the server's. */
export function storeCompany(client: QueryClient, account: string, company: Company): void {
  client.setQueryData<Company>(companyKey(account, company.id), company);
  void client.invalidateQueries({ queryKey: companiesKey(account) });
  // Others show it by its name alone.
  void client.invalidateQueries({ queryKey: ['account', account, 'record-name', 'company', company.id] });
}
