import { useQueryClient } from '@tanstack/react-query';
import { type DismissedPair, explain } from '@/lib/api';
import { toast } from '@/lib/toast';
import { dropDismissed, refreshDuplicates, takeBack, tellApart } from './duplicates';
import { displayName } from './model';

/** Has pairs that were told apart looked at again. The notice tells them apart anew. */
export function useAgain(account: string) {
  const client = useQueryClient();
  const undo = async (ids: string[]) => {
    try {
      await tellApart(account, ids);
    } catch (error) {
      toast({ title: 'They were not told apart', detail: explain(error), tone: 'bad' });
    }
    await refreshDuplicates(client, account);
  };
  return async ({ contacts }: DismissedPair) => {
    const ids = contacts.map(({ id }) => id);
    dropDismissed(client, account, ids);
    try {
      await takeBack(account, ids);
      toast({
        title: 'They are looked at again',
        detail: contacts.map(displayName).join(', '),
        action: { label: 'Undo', run: () => void undo(ids) },
      });
    } catch (error) {
      toast({ title: 'They were not restored', detail: explain(error), tone: 'bad' });
    }
    await refreshDuplicates(client, account);
  };
}
