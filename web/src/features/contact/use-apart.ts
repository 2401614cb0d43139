import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DuplicateGroup, explain } from '@/lib/api';
import { remembered } from '@/lib/storage';
import { toast } from '@/lib/toast';
import { duplicatesKey, groupKey, takeBack, tellApart } from './duplicates';
import { displayName } from './model';

/** Contacts of whom somebody said here that they are not the same. */
export interface Apart {
  ids: string[];
  names: string[];
}

const most = 20;

/** Tells contacts apart, and takes it back. What was said in this window is remembered for as long as it is open. */
export function useApart(account: string) {
  const client = useQueryClient();
  const place = remembered(`duplicates-apart.${account}`, 'sessionStorage');
  const [apart, setApart] = useState<Apart[]>(() => JSON.parse(place.get() ?? '[]') as Apart[]);
  const keep = (change: (old: Apart[]) => Apart[]) =>
    setApart((old) => {
      const next = change(old).slice(0, most);
      place.set(JSON.stringify(next));
      return next;
    });
  const drop = (key: string) => keep((old) => old.filter(({ ids }) => groupKey(ids) !== key));
  const refresh = () => client.invalidateQueries({ queryKey: duplicatesKey(account) });
  const restore = async ({ ids, names }: Apart) => {
    drop(groupKey(ids));
    try {
      await takeBack(account, ids);
    } catch (error) {
      keep((old) => [{ ids, names }, ...old]);
      toast({ title: 'They were not restored', detail: explain(error), tone: 'bad' });
    }
    await refresh();
  };
  const say = async (group: DuplicateGroup, ids: string[]) => {
    const names = group.contacts.filter(({ id }) => ids.includes(id)).map(displayName);
    const said = { ids, names };
    keep((old) => [said, ...old]);
    try {
      await tellApart(account, ids);
      toast({
        title: 'Told apart',
        detail: names.join(', '),
        action: { label: 'Undo', run: () => void restore(said) },
      });
    } catch (error) {
      drop(groupKey(ids));
      toast({ title: 'They were not told apart', detail: explain(error), tone: 'bad' });
    }
    await refresh();
  };
  return { apart, say, restore };
}
