import { Archive, ArchiveRestore, ArrowDown, ArrowUp, Ellipsis, Pencil } from 'lucide-react';
import type { CustomField } from '@/lib/api';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';
import { kinds } from '../names';
import { rulesText } from '../rules';

interface Props {
  field: CustomField;
  canManage: boolean;
  onEdit: () => void;
  onArchive: () => void;
  onRestore: () => void;
  /** Absent at the end of its folder. */
  onUp?: () => void;
  onDown?: () => void;
}

/** One field of the list. */
export function FieldRow({ field, canManage, onEdit, onArchive, onRestore, onUp, onDown }: Props) {
  const noop = () => undefined;
  const archived = Boolean(field.archived_at);
  const rules = rulesText(field);
  return (
    <li data-testid="field" className="flex items-center gap-3 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{field.name}</p>
        <p className="truncate text-ink-3 text-xs">
          {kinds[field.kind].label} · <span className="font-mono">{field.key}</span>
          {rules && ` · ${rules}`}
        </p>
      </div>
      <span className="flex flex-wrap justify-end gap-1">
        {field.required && <Badge>Required</Badge>}
        {field.unique && <Badge>Unique</Badge>}
        {field.indexed && <Badge>Fast</Badge>}
      </span>
      {canManage && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label={`More for ${field.name}`} />}
          groups={
            archived
              ? [[{ label: 'Bring back', icon: ArchiveRestore, onSelect: onRestore }]]
              : [
                  [{ label: 'Edit', icon: Pencil, onSelect: onEdit }],
                  [
                    { label: 'Move up', icon: ArrowUp, disabled: !onUp, onSelect: onUp ?? noop },
                    { label: 'Move down', icon: ArrowDown, disabled: !onDown, onSelect: onDown ?? noop },
                  ],
                  [{ label: 'Archive', icon: Archive, tone: 'bad', onSelect: onArchive }],
                ]
          }
        />
      )}
    </li>
  );
}
