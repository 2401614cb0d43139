import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explain, isProblem, type View, type ViewInput } from '@/lib/api';
import { useStore } from '@/lib/store';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import type { ContactList } from '../list';
import { createView, deleteView, dropView, hiddenViews, storeView, updateView, viewsQuery } from '../views';
import { ViewBar } from './view-bar';
import { ViewNameDialog } from './view-name-dialog';

interface Props {
  account: string;
  views: readonly View[];
  current: View | undefined;
  changed: boolean;
  /** What is shown, to be kept. */
  list: ContactList;
  columns: string[];
  canShare: boolean;
  onChoose: (id: string | undefined) => void;
  /** What differed from the view is as the view has it. */
  onReset: () => void;
}

/** The saved views, and what one does with them. */
export function ContactViews({ account, views, current, changed, list, columns, canShare, ...on }: Props) {
  const client = useQueryClient();
  const hidden = useStore(hiddenViews);
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null);
  const kept = { filter: list.filter, sort: list.sort, columns };
  const fail = (title: string) => (error: unknown) => {
    toast({ title, detail: explain(error), tone: 'bad' });
    if (isProblem(error) && error.status === 412) void client.invalidateQueries(viewsQuery(account));
  };
  const change = async (body: ViewInput, done?: () => void) => {
    if (!current) return;
    storeView(client, account, await updateView(account, current, body));
    done?.();
  };
  const create = async (name: string, shared: boolean) => {
    const view = await createView(account, { object: 'contact', name, shared, ...kept });
    storeView(client, account, view);
    on.onReset();
    on.onChoose(view.id);
  };
  const remove = (view: View) => {
    on.onChoose(undefined);
    hiddenViews.set((ids) => [...ids, view.id]);
    const show = () => hiddenViews.set((ids) => ids.filter((id) => id !== view.id));
    undoable({
      title: `The view ${view.name} deleted`,
      commit: async () => {
        await deleteView(account, view);
        dropView(client, account, view.id);
      },
      revert: show,
    });
  };
  return (
    <>
      <ViewBar
        views={views.filter(({ id }) => !hidden.includes(id))}
        current={current}
        changed={changed}
        canShare={canShare}
        onChoose={(view) => on.onChoose(view?.id)}
        onSave={() => void change(kept, on.onReset).catch(fail('The view was not saved'))}
        onReset={on.onReset}
        onName={setNaming}
        onShare={(shared) => void change({ shared }).catch(fail('The view was not changed'))}
        onDelete={() => current && remove(current)}
      />
      {naming && (
        <ViewNameDialog
          mode={naming}
          name={naming === 'rename' ? (current?.name ?? '') : ''}
          canShare={canShare}
          onClose={() => setNaming(null)}
          onDone={(name, shared) => {
            setNaming(null);
            const done = naming === 'new' ? create(name, shared) : change({ name });
            void done.catch(fail('The view was not saved'));
          }}
        />
      )}
    </>
  );
}
