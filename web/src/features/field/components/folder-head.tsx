import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { explain, type FieldFolder } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Input } from '@/ui/input';
import { Menu } from '@/ui/menu';
import { deleteFolder, refreshFields, updateFolder } from '../api';

interface Props {
  account: string;
  folder: FieldFolder;
  canManage: boolean;
  /** Absent at the first and the last. */
  onUp?: () => void;
  onDown?: () => void;
}

/** A folder's name: renamed, moved, or taken away from around its fields. */
export function FolderHead({ account, folder, canManage, onUp, onDown }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  const rename = useMutation({
    mutationFn: (name: string) => updateFolder(account, folder, { name }),
    onSuccess: () => setDraft(null),
    onError: (error) => toast({ title: 'The folder was not renamed', detail: explain(error), tone: 'bad' }),
    onSettled: () => refreshFields(client, account),
  });
  const remove = () => {
    setGone(true);
    undoable({
      title: `Folder ${folder.name} deleted; its fields stay`,
      commit: () => deleteFolder(account, folder).then(() => refreshFields(client, account)),
      revert: () => setGone(false),
    });
  };
  if (gone) return null;
  if (draft !== null)
    return (
      <form
        className="flex items-center gap-2 px-4 py-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.trim()) rename.mutate(draft.trim());
        }}
      >
        <Input
          aria-label={`New name of ${folder.name}`}
          autoFocus
          maxLength={100}
          value={draft}
          onChange={({ target }) => setDraft(target.value)}
        />
        <Button type="submit" busy={rename.isPending}>
          Rename
        </Button>
        <Button look="ghost" onClick={() => setDraft(null)}>
          Cancel
        </Button>
      </form>
    );
  return (
    <div className="flex items-center gap-1 border-line border-b bg-sunken px-4 py-1">
      <h2 className="min-w-0 flex-1 truncate font-medium text-ink-2 text-xs">{folder.name}</h2>
      {canManage && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label={`More for the folder ${folder.name}`} />}
          groups={[
            [{ label: 'Rename', icon: Pencil, onSelect: () => setDraft(folder.name) }],
            [
              { label: 'Move up', icon: ArrowUp, disabled: !onUp, onSelect: onUp ?? noop },
              { label: 'Move down', icon: ArrowDown, disabled: !onDown, onSelect: onDown ?? noop },
            ],
            [{ label: 'Delete the folder', icon: Trash2, tone: 'bad', onSelect: remove }],
          ]}
        />
      )}
    </div>
  );
}

function noop() {}
