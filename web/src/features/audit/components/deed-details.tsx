import { Filter } from 'lucide-react';
import type { Place } from '@/features/access';
import { exactTime } from '@/lib/format';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import type { Deed } from '../model';
import type { AuditSearch } from '../search';
import { ChangeList } from './change-list';
import { RecordLink } from './record-link';

interface Props {
  id: string;
  place: Place;
  deed: Deed;
  nameOf: (id: string) => string | undefined;
  onNarrow: (next: AuditSearch) => void;
}

/** The difference that a change made, where it came from, and where it stands in the chain. */
export function DeedDetails({ id, place, deed, nameOf, onNarrow }: Props) {
  const { actor, subject, erased, changes } = deed;
  const told: [string, string | undefined][] = [
    ['When', exactTime(deed.at)],
    ['Action', deed.action],
    ['From', deed.ip],
    ['With', deed.user_agent],
    ['Request', deed.request_id],
    [
      'Place in the chain',
      deed.seq ? new Intl.NumberFormat().format(deed.seq) : 'not yet: it gets one in a moment',
    ],
  ];
  return (
    <div id={id} className="flex flex-col gap-3 bg-sunken px-4 pt-1 pb-3 sm:ps-11">
      {erased && (
        <p className="text-ink-2 text-xs">
          {'agency' in place
            ? 'Somebody who left was erased from this entry. What they did stays, by an id that leads nowhere, and the chain still proves it.'
            : 'The values were erased with the contact whose data they were. That it happened stays, and the chain still proves it.'}
        </p>
      )}
      {/* Of who did it the agency may have erased the name alone. */}
      {(!erased || ('agency' in place && changes.length > 0)) && (
        <ChangeList changes={changes} nameOf={nameOf} />
      )}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
        {told.map(
          ([term, value]) =>
            value && (
              <div key={term} className="contents">
                <dt className="text-ink-3">{term}</dt>
                <dd className="break-words text-ink-2">{value}</dd>
              </div>
            ),
        )}
        {deed.hash && (
          <div className="contents">
            <dt className="text-ink-3">Hash</dt>
            <dd className="flex min-w-0 items-center gap-1 text-ink-2">
              <code dir="ltr" className="truncate font-mono text-2xs">
                {deed.hash}
              </code>
              <CopyButton text={deed.hash} label="Copy the hash" />
            </dd>
          </div>
        )}
      </dl>
      <div className="flex flex-wrap items-center gap-2">
        {'account' in place && <RecordLink account={place.account} deed={deed} />}
        {subject && (
          <Button size="sm" icon={Filter} onClick={() => onNarrow({ record: subject.id })}>
            This record’s history
          </Button>
        )}
        {actor.id && (
          <Button size="sm" icon={Filter} onClick={() => onNarrow({ who: actor.id })}>
            All by this actor
          </Button>
        )}
        <Button size="sm" icon={Filter} onClick={() => onNarrow({ action: deed.action })}>
          All of this sort
        </Button>
        {deed.account && (
          <Button size="sm" icon={Filter} onClick={() => onNarrow({ account: deed.account })}>
            All about this sub-account
          </Button>
        )}
      </div>
    </div>
  );
}
