import { useInfiniteQuery } from '@tanstack/react-query';
import { Download, ScrollText } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Place } from '@/features/access';
import { flatten } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { dayName } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { auditQuery, exportAddress } from '../api';
import { type Deed, filterOf } from '../model';
import type { AuditSearch } from '../search';
import { AuditFilters } from './audit-filters';
import { AuditRow } from './audit-row';
import { AuditSkeleton } from './audit-skeleton';
import { IntegrityButton } from './integrity-button';

interface Props {
  place: Place;
  people: { id: string; name: string }[];
  search: AuditSearch;
  onSearch: (next: AuditSearch) => void;
  /** What else can be set here. */
  settings?: ReactNode;
}

/** Changes, the newest first, narrowed by the address; each opens to what was before and after. */
export function AuditLog({ place, people, search, onSearch, settings }: Props) {
  const now = useNow();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(-1);
  const filter = filterOf(search);
  const list = useInfiniteQuery(auditQuery(place, filter));
  const deeds = flatten(list.data);
  const current = deeds[Math.min(at, deeds.length - 1)];
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name;
  const narrowed = Object.values(search).some(Boolean);
  const toggle = (id: string) =>
    setOpen((old) =>
      old.has(id) ? new Set([...old].filter((other) => other !== id)) : new Set([...old, id]),
    );
  const move = (step: number) => setAt((old) => Math.max(0, Math.min(deeds.length - 1, old + step)));
  const group = 'Audit';
  useCommands([
    { id: 'audit.next', title: 'Next change', group, keys: 'j', palette: false, run: () => move(1) },
    { id: 'audit.previous', title: 'Previous change', group, keys: 'k', palette: false, run: () => move(-1) },
    {
      id: 'audit.open',
      title: 'Show or hide what changed',
      group,
      keys: 'o',
      palette: false,
      run: () => current && toggle(current.id),
    },
  ]);
  const days = new Map<string, Deed[]>();
  for (const deed of deeds) {
    const day = dayName(deed.at, now);
    days.set(day, [...(days.get(day) ?? []), deed]);
  }
  return (
    <>
      <PageHeader
        title={'agency' in place ? 'Agency audit' : 'Audit'}
        actions={
          <>
            {settings}
            <IntegrityButton place={place} />
            <a
              href={exportAddress(place, filter)}
              download
              aria-label="Export with proof"
              title="A file that proves itself, with what is shown here"
              className="inline-flex h-8 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md border border-control bg-raised px-3 font-medium text-sm hover:bg-hover"
            >
              <Download aria-hidden size={15} strokeWidth={1.75} />
              <span className="hidden lg:inline">Export</span>
            </a>
          </>
        }
      />
      <AuditFilters place={place} people={people} search={search} onSearch={onSearch} />
      <section
        aria-label="Changes"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="scroll-thin min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
      >
        {list.error && deeds.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : list.isPending ? (
          <AuditSkeleton />
        ) : deeds.length === 0 ? (
          <EmptyState
            icon={ScrollText}
            title={narrowed ? 'No change fits' : 'Nothing happened yet'}
            action={narrowed && <Button onClick={() => onSearch({})}>Show all changes</Button>}
          >
            {narrowed
              ? 'Entries that are older than the policy are gone.'
              : 'Every change of every record shows here a moment after it is made: who made it, and what was before.'}
          </EmptyState>
        ) : (
          [...days].map(([day, made]) => (
            <section key={day} aria-label={day}>
              <h2 className="sticky top-0 z-10 border-line border-b bg-sunken px-4 py-1 font-medium text-ink-2 text-xs">
                {day}
              </h2>
              <ol>
                {made.map((deed) => (
                  <AuditRow
                    key={deed.id}
                    place={place}
                    deed={deed}
                    nameOf={nameOf}
                    open={open.has(deed.id)}
                    current={deed === current}
                    onToggle={() => toggle(deed.id)}
                    onNarrow={(next) => onSearch({ ...search, ...next })}
                  />
                ))}
              </ol>
            </section>
          ))
        )}
        {list.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              Show what came before
            </Button>
          </div>
        )}
      </section>
    </>
  );
}
