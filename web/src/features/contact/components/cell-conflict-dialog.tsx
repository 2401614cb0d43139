import { Modal } from '@/ui/modal';
import { StaleNotice } from '@/ui/stale-notice';
import { showValue } from '../cell';
import { cellValue } from '../columns';
import { displayName } from '../model';
import type { CellConflict } from '../use-cell-edit';

interface Props {
  conflict: CellConflict | null;
  onSettle: (mine: boolean) => void;
}

/** Somebody else changed the same cell first: which of the two holds? */
export function CellConflictDialog({ conflict, onSettle }: Props) {
  const clashes = conflict
    ? [
        {
          field: conflict.column.key,
          label: conflict.column.label,
          theirs: showValue(conflict.column, cellValue(conflict.theirs, conflict.column.key)),
          mine: showValue(conflict.column, conflict.mine),
        },
      ]
    : [];
  return (
    <Modal
      open={conflict !== null}
      onClose={() => onSettle(false)}
      title={conflict ? displayName(conflict.theirs) : ''}
    >
      <StaleNotice clashes={clashes} onKeepMine={() => onSettle(true)} onTakeTheirs={() => onSettle(false)} />
    </Modal>
  );
}
