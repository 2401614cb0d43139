import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DuplicateGroup, explain } from '@/lib/api';
import { toast } from '@/lib/toast';
import { groupKey, refreshDuplicates, takeBack, tellApart } from './duplicates';
import { displayName } from './model';

/** Tells contacts apart. Their group is gone at once: `settled` holds its key. The notice takes it back. */
export function useApart(account: string) {
  const client = useQueryClient();
  const [settled, setSettled] = useState<ReadonlySet<string>>(new Set());
  const settle = (key: string, on: boolean) =>
    setSettled((old) => (on ? new Set([...old, key]) : new Set([...old].filter((one) => one !== key))));
  const restore = async (ids: string[]) => {
    try {
      await takeBack(account, ids);
      settle(groupKey(ids), false);
    } catch (error) {
      toast({ title: 'They were not restored', detail: explain(error), tone: 'bad' });
    }
    await refreshDuplicates(client, account);
  };
  const say = async (group: DuplicateGroup, ids: string[]) => {
    settle(groupKey(ids), true);
    try {
      await tellApart(account, ids);
      const names = group.contacts.filter(({ id }) => ids.includes(id)).map(displayName);
      toast({
        title: 'Told apart',
        detail: names.join(', '),
        action: { label: 'Undo', run: () => void restore(ids) },
      });
    } catch (error) {
      settle(groupKey(ids), false);
      toast({ title: 'They were not told apart', detail: explain(error), tone: 'bad' });
    }
    await refreshDuplicates(client, account);
  };
  return { settled, say };
}
