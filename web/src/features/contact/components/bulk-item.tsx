import { ChevronRight, Pause, Play, Undo2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Bulk } from '@/lib/api';
import { useNow } from '@/lib/now';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { Progress } from '@/ui/progress';
import type { BulkMove } from '../bulk';
import { bulkStates, moving, type Names, percentOf, progressOf, saidOf, undoable } from '../bulk-words';

interface Props {
  bulk: Bulk;
  names: Names;
  /** A button of it was pressed and is on its way. */
  busy: boolean;
  canWrite: boolean;
  /** Who, when, for whom: what stands below. */
  children?: ReactNode;
  onMove: (move: BulkMove) => void;
  onDismiss?: () => void;
}

/** One bulk action: what it does, how far it has come, what can be done about it. */
export function BulkItem({ bulk, names, busy, canWrite, children, onMove, onDismiss }: Props) {
  const now = useNow();
  const { state, reasons, error } = bulk;
  const said = saidOf(bulk.action, names);
  const progress = progressOf(bulk);
  const going = moving(bulk) || state === 'paused';
  const why = Object.entries(reasons);
  return (
    <li
      data-testid="bulk-action"
      className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-line border-b px-4 py-2 last:border-b-0"
    >
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium" title={said}>
            {said}
          </span>
          <Badge tone={bulkStates[state].tone}>{bulkStates[state].name}</Badge>
        </p>
        {error && <p className="text-bad text-xs">{error}</p>}
        <p className="tabular text-ink-2 text-xs">{progress}</p>
        {children}
        {why.length > 0 && (
          <details className="group text-xs">
            <summary className="inline-flex min-h-6 list-none items-center gap-1 text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
              <ChevronRight aria-hidden size={12} className="group-open:rotate-90 rtl:-scale-x-100" />
              Why some failed
            </summary>
            <ul className="list-disc ps-8 text-ink-2">
              {why.map(([reason, n]) => (
                <li key={reason}>
                  {reason} <span className="tabular text-ink-3">({new Intl.NumberFormat().format(n)})</span>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {going && (
        <span className="w-full sm:w-40">
          <Progress label={`How far “${said}” has come`} value={percentOf(bulk)} text={progress} />
        </span>
      )}
      <span className="flex items-center gap-1 empty:hidden">
        {canWrite && state === 'running' && (
          <Button size="sm" icon={Pause} busy={busy} onClick={() => onMove('pause')}>
            Pause
          </Button>
        )}
        {canWrite && state === 'paused' && (
          <Button size="sm" icon={Play} busy={busy} onClick={() => onMove('resume')}>
            Resume
          </Button>
        )}
        {canWrite && (state === 'running' || state === 'paused') && (
          <Button size="sm" look="ghost" busy={busy} onClick={() => onMove('cancel')}>
            Cancel
          </Button>
        )}
        {canWrite && undoable(bulk, now) && (
          <Button
            size="sm"
            icon={Undo2}
            busy={busy}
            aria-label={`Undo: ${said}`}
            onClick={() => onMove('undo')}
          >
            Undo
          </Button>
        )}
        {onDismiss && !going && <IconButton icon={X} label={`Dismiss: ${said}`} onClick={onDismiss} />}
      </span>
    </li>
  );
}
