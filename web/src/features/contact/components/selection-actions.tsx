import { useQueryClient } from '@tanstack/react-query';
import { Merge, MoreHorizontal, Tag, Trash2, UserRoundCheck } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { BulkAction } from '@/lib/api';
import { explain } from '@/lib/api';
import { useWide } from '@/lib/media';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';
import { meant } from '../bulk';
import { type BulkKind, bulkNames } from '../bulk-form';
import { type ContactList, rowsQuery } from '../list';
import { mostMerged } from '../merge';
import { isSelected, nothing, type Selection } from '../selection';
import { useBulkStart, useNames } from '../use-bulk';
import { BulkDialog } from './bulk-dialog';

const MergeDialog = lazy(() =>
  import('./merge-dialog').then(({ MergeDialog: component }) => ({ default: component })),
);

interface Props {
  account: string;
  selection: Selection;
  /** How many are selected; an estimate where `exact` is false. */
  size: number;
  exact: boolean;
  /** What "all that match" means. */
  list: ContactList;
  people: { value: string; label: string }[];
  onSelection: (selection: Selection) => void;
}

/** What can be done with the selected contacts. Each is a bulk action, so each can be undone. */
export function SelectionActions({ account, selection, size, exact, list, people, onSelection }: Props) {
  const wide = useWide();
  const names = useNames(account);
  const start = useBulkStart(account);
  const client = useQueryClient();
  const [merging, setMerging] = useState<string[] | null>(null);
  const [asking, setAsking] = useState<BulkKind | null>(null);
  // Of one dialog, or one press: sent twice, it begins once.
  const key = useRef('');
  const open = (kind: BulkKind) => {
    key.current = crypto.randomUUID();
    start.reset();
    setAsking(kind);
  };
  const send = (action: BulkAction) =>
    start.mutate(
      { body: { ...meant(selection, list), action }, key: key.current },
      { onSuccess: () => setAsking(null) },
    );
  const remove = () =>
    start.mutate(
      { body: { ...meant(selection, list), action: { kind: 'delete' } }, key: crypto.randomUUID() },
      {
        onSuccess: () => onSelection(nothing),
        onError: (error) => toast({ title: 'Nothing was deleted', detail: explain(error), tone: 'bad' }),
      },
    );
  // Who they are has to be known one by one: of "all that match" as far as the first page tells.
  const chosen = selection.all
    ? (client.getQueryData(rowsQuery(account, list, 0).queryKey)?.items ?? [])
        .map(({ id }) => id)
        .filter((id) => isSelected(selection, id))
    : [...selection.ids];
  const canMerge = size >= 2 && size <= mostMerged && chosen.length === size;
  const item = (kind: BulkKind) => ({ label: `${bulkNames[kind]}…`, onSelect: () => open(kind) });
  return (
    <>
      {wide && (
        <>
          <Button size="sm" icon={Tag} onClick={() => open('tag.add')}>
            {bulkNames['tag.add']}
          </Button>
          <Button size="sm" icon={UserRoundCheck} onClick={() => open('assign')}>
            {bulkNames.assign}
          </Button>
        </>
      )}
      {wide && canMerge && (
        <Button size="sm" icon={Merge} onClick={() => setMerging(chosen)}>
          Merge
        </Button>
      )}
      <Menu
        groups={[
          [...(wide ? [] : [item('tag.add')]), item('tag.remove')],
          [...(wide ? [] : [item('assign')]), item('follower.add'), item('follower.remove')],
          [item('dnd.add'), item('dnd.remove')],
          [item('field.set')],
          ...(!wide && canMerge
            ? [[{ label: 'Merge…', icon: Merge, onSelect: () => setMerging(chosen) }]]
            : []),
          [{ label: bulkNames.delete, icon: Trash2, tone: 'bad', onSelect: remove }],
        ]}
        trigger={<IconButton icon={MoreHorizontal} label="More to do with the selected contacts" />}
      />
      <Suspense>
        {merging && (
          <MergeDialog
            account={account}
            ids={merging}
            onClose={() => setMerging(null)}
            onDone={() => {
              setMerging(null);
              onSelection(nothing);
            }}
          />
        )}
      </Suspense>
      {asking && (
        <BulkDialog
          account={account}
          kind={asking}
          size={size}
          exact={exact}
          people={people}
          columns={names.columns}
          busy={start.isPending}
          error={start.error}
          onStart={send}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
