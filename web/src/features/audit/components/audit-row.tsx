import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { Place } from '@/features/access';
import { cx } from '@/lib/cx';
import { clockTime, count, exactTime } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { type Deed, titleOf } from '../model';
import type { AuditSearch } from '../search';
import { deedOf, nameless } from '../words';
import { DeedDetails } from './deed-details';

interface Props {
  place: Place;
  deed: Deed;
  nameOf: (id: string) => string | undefined;
  open: boolean;
  /** The keyboard is at it. */
  current: boolean;
  onToggle: () => void;
  onNarrow: (next: AuditSearch) => void;
}

/** Who did what, to which record, when; pressed, it opens to the difference. */
export function AuditRow({ place, deed, nameOf, open, current, onToggle, onNarrow }: Props) {
  const id = useId();
  const row = useRef<HTMLLIElement>(null);
  const title = titleOf(deed);
  const { actor, changes } = deed;
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <li
      ref={row}
      data-testid="deed"
      data-selected={current || undefined}
      className="scroll-mt-8 border-line border-b data-selected:bg-brand-soft"
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={onToggle}
        className="flex w-full items-center gap-2.5 px-4 py-2 text-start -outline-offset-2 hover:bg-sunken"
      >
        <ChevronRight
          aria-hidden
          size={14}
          className={cx(
            'shrink-0 text-ink-3 transition-transform duration-100 rtl:-scale-x-100',
            open && 'rotate-90 rtl:-rotate-90',
          )}
        />
        <span className="hidden sm:inline">
          <Avatar name={actor.name || nameless[actor.kind] || 'Somebody'} size="sm" />
        </span>
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-1.5">
          <span className="font-medium">{actor.name || nameless[actor.kind] || 'Somebody'}</span>
          {actor.impersonator && <span className="text-ink-3">by {actor.impersonator.name}</span>}
          {actor.app && <span className="text-ink-3">through {actor.app.name}</span>}
          <span className="text-ink-2">{deedOf(deed.action)}</span>
          {title && (
            <span dir="auto" className="min-w-0 truncate text-ink">
              {title}
            </span>
          )}
        </span>
        {deed.erased ? (
          <Badge>Erased</Badge>
        ) : (
          changes.length > 0 && (
            <span className="tabular hidden shrink-0 text-ink-3 text-xs md:inline">
              {count(changes.length, 'field', 'fields')}
            </span>
          )
        )}
        <time
          dateTime={deed.at}
          title={exactTime(deed.at)}
          className="tabular w-16 shrink-0 text-end text-ink-3 text-xs"
        >
          {clockTime(deed.at)}
        </time>
      </button>
      {open && <DeedDetails id={id} place={place} deed={deed} nameOf={nameOf} onNarrow={onNarrow} />}
    </li>
  );
}
