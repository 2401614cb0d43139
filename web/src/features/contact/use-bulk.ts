import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { membersQuery } from '@/features/access';
import { explain, type NewBulk } from '@/lib/api';
import { toast } from '@/lib/toast';
import { type BulkMove, bulksKey, follow, moveBulk, startBulk, storeBulk } from './bulk';
import type { Names } from './bulk-words';
import { allColumns } from './columns';
import { filterFieldsQuery } from './list';

/** Begins a bulk action, and follows it in this window. */
export function useBulkStart(account: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewBulk; key: string }) => startBulk(account, body, key),
    onSuccess: (bulk) => {
      follow(bulk.id, true);
      storeBulk(client, account, bulk);
    },
  });
}

/** Pauses, resumes, cancels and undoes. */
export function useBulkMoves(account: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, move }: { id: string; move: BulkMove }) => moveBulk(account, id, move),
    onSuccess: (bulk) => {
      follow(bulk.id, true);
      storeBulk(client, account, bulk);
    },
    onError: (error) => {
      toast({ title: 'This did not work', detail: explain(error), tone: 'bad' });
      void client.invalidateQueries({ queryKey: bulksKey(account) });
    },
  });
}

/** What the ids and fields of bulk actions are called here. */
export function useNames(account: string): Names {
  const { data: members } = useQuery(membersQuery(account));
  const { data: catalogue } = useQuery(filterFieldsQuery(account));
  return useMemo(() => {
    const known = new Map((members ?? []).map(({ id, name, email }) => [id, name || email]));
    return { person: (id) => known.get(id) ?? 'somebody', columns: allColumns(catalogue) };
  }, [members, catalogue]);
}
