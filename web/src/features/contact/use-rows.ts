import { type QueryClient, useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Contact } from '@/lib/api';
import { type ContactList, pageSize, type RowPage, rowsQuery } from './list';

interface Known {
  /** Where the list ends, if a page that is kept says so. */
  end?: number;
  /** The rows, in order, that were deleted on this page and may still come back. */
  hidden: number[];
}

/** What the pages that are kept say of the list as a whole. */
export function knownOf(
  client: QueryClient,
  account: string,
  list: ContactList,
  hidden: ReadonlySet<string>,
): Known {
  const known: Known = { hidden: [] };
  const key = rowsQuery(account, list, 0).queryKey.slice(0, -1);
  for (const [name, page] of client.getQueriesData<RowPage>({ queryKey: key })) {
    if (!page) continue;
    const from = (name.at(-1) as number) * pageSize;
    if (!page.more && (page.items.length > 0 || from === 0))
      known.end = Math.min(known.end ?? Number.POSITIVE_INFINITY, from + page.items.length);
    if (hidden.size > 0)
      for (const [i, { id }] of page.items.entries()) if (hidden.has(id)) known.hidden.push(from + i);
  }
  known.hidden.sort((a, b) => a - b);
  return known;
}

/** The row of the server's list that stands at a row of the screen. */
function rowBehind(row: number, hidden: readonly number[]): number {
  let at = row;
  for (const gone of hidden) if (gone <= at) at += 1;
  return at;
}

export interface Rows {
  at: (row: number) => Contact | undefined;
  error: Error | null;
  retry: () => void;
}

/** The contacts of the rows in sight, read page by page. A thumb that flies past asks for nothing. */
export function useRows(
  account: string,
  list: ContactList,
  range: { first: number; end: number },
  hidden: readonly number[],
): Rows {
  const client = useQueryClient();
  const from = Math.floor(rowBehind(range.first, hidden) / pageSize);
  const to = Math.floor(rowBehind(Math.max(0, range.end - 1), hidden) / pageSize);
  const wanted = useSettled(
    `${from}-${to}`,
    (text) =>
      client.getQueryData(rowsQuery(account, list, Number(text.split('-')[0])).queryKey) !== undefined,
  );
  const [start = 0, stop = 0] = wanted.split('-').map(Number);
  const pages = Array.from({ length: stop - start + 1 }, (_, i) => start + i);
  const queries = useQueries({ queries: pages.map((page) => rowsQuery(account, list, page)) });
  const failed = queries.find(({ error, data }) => error && !data);
  return {
    at: (row) => {
      const behind = rowBehind(row, hidden);
      const page = Math.floor(behind / pageSize);
      const kept =
        queries[page - start]?.data ?? client.getQueryData(rowsQuery(account, list, page).queryKey);
      return kept?.items[behind % pageSize];
    },
    error: failed?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.error) void query.refetch();
    },
  };
}

/** Follows `value` at once where `cheap` allows it, and else when it has stayed for a moment. */
function useSettled(value: string, cheap: (value: string) => boolean): string {
  const [settled, setSettled] = useState(value);
  const now = value === settled || cheap(value);
  useEffect(() => {
    if (now) return setSettled(value);
    const timer = setTimeout(() => setSettled(value), 60);
    return () => clearTimeout(timer);
  }, [now, value]);
  return now ? value : settled;
}
