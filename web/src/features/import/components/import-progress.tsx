import type { Import } from '@/lib/api';
import { Button } from '@/ui/button';
import { Progress } from '@/ui/progress';
import type { Move } from '../api';
import { percent } from '../model';
import { Counts } from './counts';

interface Props {
  item: Import;
  busy: boolean;
  canWrite: boolean;
  onMove: (move: Move) => void;
}

/** An import that is under way, or stopped in the middle. */
export function ImportProgress({ item, busy, canWrite, onMove }: Props) {
  const { state, done, total, created, changed, unchanged, failed, undone, kept } = item;
  const number = (n: number) => new Intl.NumberFormat().format(n);
  const undoing = state === 'undoing';
  const said = undoing
    ? `${number(undone + kept)} of ${number(created + changed)} contacts put back`
    : `${number(done)} of ${number(total)} rows${state === 'paused' ? ', paused' : ''}`;
  const value = undoing
    ? Math.floor(((undone + kept) / Math.max(1, created + changed)) * 100)
    : percent(item);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <div className="mb-1.5 flex items-baseline justify-between gap-3">
          <h2 className="font-semibold text-base">
            {undoing ? 'Being undone' : state === 'paused' ? 'Paused' : 'Under way'}
          </h2>
          <p role="status" className="tabular text-ink-2">
            {said}
          </p>
        </div>
        <Progress label={undoing ? 'Undone' : 'Imported'} value={value} text={said} />
      </div>
      {!undoing && (
        <Counts
          label="So far"
          counts={[
            { label: 'New contacts', value: created },
            { label: 'Changed', value: changed },
            { label: 'Nothing new', value: unchanged },
            { label: 'Failed', value: failed, bad: failed > 0 },
          ]}
        />
      )}
      <p className="text-ink-3">
        {undoing
          ? 'What the import made goes, and what it changed is put back. You can leave this page.'
          : state === 'paused'
            ? 'What was taken in is there already. It goes on where it stopped.'
            : 'You can leave this page; it goes on without you.'}
      </p>
      {canWrite && !undoing && (
        <div className="flex flex-wrap gap-2">
          {state === 'paused' ? (
            <Button look="primary" busy={busy} onClick={() => onMove('resume')}>
              Resume
            </Button>
          ) : (
            <Button busy={busy} onClick={() => onMove('pause')}>
              Pause
            </Button>
          )}
          <Button look="danger" busy={busy} onClick={() => onMove('cancel')}>
            Cancel the import
          </Button>
        </div>
      )}
    </div>
  );
}
