import { useQueryClient } from '@tanstack/react-query';
import { explain, type SubAccount } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { deleteSubAccount, patchSubAccount, storeSubAccount, subAccountsQuery } from './api';

/** What the console can do to a sub-account; each shows at once and can be taken back. */
export function useSubAccountActions() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: subAccountsQuery.queryKey });

  /** Suspending works at once, since whoever suspends wants sends to stop now; "Undo" resumes. */
  const suspend = async (subAccount: SubAccount, suspended: boolean, quiet = false): Promise<void> => {
    const state = suspended ? 'suspended' : subAccount.state === 'suspended' ? 'ready' : subAccount.state;
    storeSubAccount(client, { ...subAccount, suspended, state });
    try {
      await patchSubAccount(subAccount.name, { suspended });
      void refresh();
      if (quiet) return;
      toast({
        title: `${subAccount.display_name} ${suspended ? 'suspended' : 'resumed'}`,
        action: {
          label: 'Undo',
          run: () => void suspend({ ...subAccount, suspended, state }, !suspended, true),
        },
      });
    } catch (error) {
      storeSubAccount(client, subAccount);
      toast({ title: 'This was not changed', detail: explain(error), tone: 'bad' });
    }
  };

  const remove = (subAccount: SubAccount) => {
    storeSubAccount(client, { ...subAccount, state: 'deleting' });
    undoable({
      title: `${subAccount.display_name} is being deleted`,
      commit: () => deleteSubAccount(subAccount.name).then(refresh),
      revert: () => storeSubAccount(client, subAccount),
    });
  };
  return { suspend, remove };
}
