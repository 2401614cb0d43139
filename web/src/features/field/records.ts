import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '@/lib/api';

export type Target = 'contact' | 'company';

interface Found {
  id: string;
  name: string;
  /** What tells it from another of the same name. */
  note: string;
}

/** The few records whose names fit what was typed. */
export const recordsQuery = (account: string, target: Target, q: string) =>
  queryOptions({
    queryKey: ['account', account, 'record-search', target, q],
    queryFn: async ({ signal }): Promise<Found[]> => {
      const params = {
        path: { sub_account: account },
        query: { q: q || undefined, sort: 'name' as const, limit: 8 },
      };
      if (target === 'company') {
        const { items } = await ok(
          api.GET('/api/v1/sub-accounts/{sub_account}/companies', { signal, params }),
        );
        return items.map(({ id, name }) => ({ id, name, note: '' }));
      }
      const { items } = await ok(api.GET('/api/v1/sub-accounts/{sub_account}/contacts', { signal, params }));
      return items.map(({ id, name, email, phone }) => ({ id, name, note: email || phone || '' }));
    },
    placeholderData: (previous) => previous,
  });

/** What a record is called. */
export const recordQuery = (account: string, target: Target, id: string) =>
  queryOptions({
    queryKey: ['account', account, 'record-name', target, id],
    queryFn: async ({ signal }): Promise<Pick<Found, 'name'>> => {
      const path = { sub_account: account };
      return target === 'company'
        ? ok(
            api.GET('/api/v1/sub-accounts/{sub_account}/companies/{company}', {
              signal,
              params: { path: { ...path, company: id } },
            }),
          )
        : ok(
            api.GET('/api/v1/sub-accounts/{sub_account}/contacts/{contact}', {
              signal,
              params: { path: { ...path, contact: id } },
            }),
          );
    },
  });
