import { Download, Undo2 } from 'lucide-react';
import type { Import } from '@/lib/api';
import { count } from '@/lib/format';
import { Button } from '@/ui/button';
import { LinkButton } from '@/ui/link-button';
import { Counts } from './counts';
import { DownloadLink } from './download-link';

interface Props {
  account: string;
  item: Import;
  busy: boolean;
  canWrite: boolean;
  onUndo: () => void;
}

const titles: Partial<Record<Import['state'], string>> = {
  done: 'All rows are through',
  cancelled: 'Cancelled',
  undone: 'Undone',
};

/** What came of an import, and what can be done about it. */
export function ImportResult({ account, item, busy, canWrite, onUndo }: Props) {
  const { state, total, done, created, changed, unchanged, failed, undone, kept } = item;
  const back = state === 'undone';
  return (
    <div className="flex flex-col gap-4">
      <h2 className="font-semibold text-base">{titles[state]}</h2>
      {state === 'cancelled' && (
        <p className="text-ink-2">
          {count(done, 'row', 'rows')} of {new Intl.NumberFormat().format(total)} had been taken in before.
          They stay, unless you undo them.
        </p>
      )}
      <Counts
        label="Result"
        counts={
          back
            ? [
                { label: 'Taken back', value: undone },
                { label: 'Left alone', value: kept },
              ]
            : [
                { label: 'New contacts', value: created },
                { label: 'Changed', value: changed },
                { label: 'Nothing new', value: unchanged },
                { label: 'Failed', value: failed, bad: failed > 0 },
              ]
        }
      />
      {back && kept > 0 && (
        <p className="text-ink-2">
          Somebody has changed {count(kept, 'contact', 'contacts')} since, so{' '}
          {kept === 1 ? 'it was' : 'they were'} left as {kept === 1 ? 'it is' : 'they are'}.
        </p>
      )}
      {failed > 0 && (
        <p className="text-ink-2">
          The file of failed rows has their columns and, in front, why each failed. Mend it and import it:
          what came through already is found again, not made twice.
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <LinkButton to="/a/$account/contacts" params={{ account }}>
          See the contacts
        </LinkButton>
        {failed > 0 && (
          <DownloadLink account={account} id={item.id}>
            <Download aria-hidden size={15} strokeWidth={1.75} />
            Download {count(failed, 'failed row', 'failed rows')}
          </DownloadLink>
        )}
        {canWrite && !back && created + changed > 0 && (
          <Button icon={Undo2} look="danger" busy={busy} onClick={onUndo}>
            Undo this import
          </Button>
        )}
      </div>
    </div>
  );
}
