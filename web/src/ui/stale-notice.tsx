import { GitCompareArrows } from 'lucide-react';
import { Banner } from './banner';
import { Button } from './button';

/** A field that two people changed to different values. */
export interface Clash {
  field: string;
  label: string;
  theirs: string;
  mine: string;
}

interface Props {
  clashes: Clash[];
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Somebody else saved first: shows where the two disagree and asks which one holds. */
export function StaleNotice({ clashes, onTakeTheirs, onKeepMine }: Props) {
  return (
    <Banner tone="warn" icon={GitCompareArrows} role="alert">
      <p className="font-semibold">Changed by someone else while you were editing</p>
      {clashes.length === 0 ? (
        <p>They changed other fields than you. Both changes can stand.</p>
      ) : (
        <dl className="mt-1 flex flex-col gap-1">
          {clashes.map(({ field, label, theirs, mine }) => (
            <div key={field}>
              <dt className="inline font-medium">{label}: </dt>
              <dd className="inline">
                theirs “{theirs || 'empty'}”, yours “{mine || 'empty'}”
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" onClick={onKeepMine}>
          {clashes.length === 0 ? 'Save mine too' : 'Save mine over theirs'}
        </Button>
        <Button size="sm" onClick={onTakeTheirs}>
          Take theirs
        </Button>
      </div>
    </Banner>
  );
}
