import { useQueryClient } from '@tanstack/react-query';
import { explain, isProblem, type SubAccount } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { deleteSubAccount, patchSubAccount, readSubAccount, storeSubAccount, subAccountsQuery } from './api';

/** What the console can do to a sub-account; each shows at once and can be taken back. */
export function useSubAccountActions() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: subAccountsQuery.queryKey });

  /** Somebody was faster: shows what it is now, and offers to go through with it all the same. */
  const conflict = async (name: string, label: string, anyway: (now: SubAccount) => void): Promise<void> => {
    const now = await readSubAccount(name);
    storeSubAccount(client, now);
    toast({
      title: `${now.display_name} was changed by someone else`,
      detail: `It is shown as it is now${now.suspended ? ', suspended' : ''}. Nothing of yours was done.`,
      tone: 'bad',
      duration: 30_000,
      action: { label, run: () => anyway(now) },
    });
  };

  /** Suspending works at once, since whoever suspends wants sends to stop now; "Undo" resumes. */
  const suspend = async (subAccount: SubAccount, suspended: boolean, quiet = false): Promise<void> => {
    const state: SubAccount['state'] = suspended
      ? 'suspended'
      : subAccount.state === 'suspended'
        ? 'ready'
        : subAccount.state;
    storeSubAccount(client, { ...subAccount, suspended, state });
    try {
      const changed = await patchSubAccount(subAccount, { suspended });
      // The operator needs a moment; until then it shows what was asked for.
      const shown = { ...changed, state };
      storeSubAccount(client, shown);
      void refresh();
      if (quiet) return;
      toast({
        title: `${subAccount.display_name} ${suspended ? 'suspended' : 'resumed'}`,
        action: { label: 'Undo', run: () => void suspend(shown, !suspended, true) },
      });
    } catch (error) {
      storeSubAccount(client, subAccount);
      if (isProblem(error, 'sub_account.stale'))
        return conflict(
          subAccount.name,
          suspended ? 'Suspend anyway' : 'Resume anyway',
          (now) => void suspend(now, suspended, quiet),
        ).catch(report);
      report(error);
    }
  };

  const remove = (subAccount: SubAccount) => {
    storeSubAccount(client, { ...subAccount, state: 'deleting' });
    undoable({
      title: `${subAccount.display_name} is being deleted`,
      commit: () =>
        deleteSubAccount(subAccount).then(refresh, (error) => {
          if (!isProblem(error, 'sub_account.stale')) throw error;
          return conflict(subAccount.name, 'Delete anyway', remove);
        }),
      revert: () => storeSubAccount(client, subAccount),
    });
  };
  return { suspend, remove };
}

function report(error: unknown): void {
  toast({ title: 'This was not changed', detail: explain(error), tone: 'bad' });
}
