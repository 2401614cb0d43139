import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useState } from 'react';
import { allowsIn, membersQuery, useSession } from '@/features/access';
import { flatten, type TimelineEntry } from '@/lib/api';
import { dayName } from '@/lib/format';
import { useNow } from '@/lib/now';
import { type Subject, subjectId } from '@/lib/subject';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { RecordSkeleton } from '@/ui/record-skeleton';
import { Select } from '@/ui/select';
import { ShowMore } from '@/ui/show-more';
import { type Category, timelineQuery } from '../timeline';
import { TimelineItem } from './timeline-item';

const kinds: { value: Category; label: string }[] = [
  { value: 'message', label: 'Messages' },
  { value: 'note', label: 'Notes' },
  { value: 'task', label: 'Tasks' },
  { value: 'file', label: 'Files' },
  { value: 'conversation', label: 'Threads' },
  { value: 'consent', label: 'Consent' },
];

const changes: Record<'contact' | 'company', typeof kinds> = {
  contact: [{ value: 'contact', label: 'Changes' }],
  company: [
    { value: 'company', label: 'Changes' },
    { value: 'contact', label: 'Changes of its contacts' },
  ],
};

/** Everything that happened to a contact, or to a company and its contacts, day by day. */
export function RecordTimeline({ account, of }: { account: string; of: Subject }) {
  const [kind, setKind] = useState<Category>();
  const now = useNow();
  const readsAudit = allowsIn(useSession(), { account }, 'audit.read');
  const list = useInfiniteQuery(timelineQuery(account, of, kind));
  const { data: members = [] } = useQuery(membersQuery(account));
  const nameOf = (id: string) =>
    id === of.company_id
      ? 'this company'
      : (members.find((member) => member.id === id)?.name ?? 'another record');
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of flatten(list.data)) {
    const day = dayName(entry.occurred_at, now);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return (
    <>
      <div className="flex shrink-0 items-center justify-between gap-3 border-line border-b px-4 py-2">
        <Select
          aria-label="What to see of the activity"
          value={kind ?? ''}
          onChange={({ target }) => setKind((target.value || undefined) as Category | undefined)}
        >
          <option value="">Everything</option>
          {[...changes[of.company_id ? 'company' : 'contact'], ...kinds].map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        {readsAudit && (
          <Link
            to="/a/$account/audit"
            params={{ account }}
            search={{ record: subjectId(of) }}
            className="rounded-sm text-brand-ink text-xs underline-offset-2 hover:underline"
          >
            In the audit
          </Link>
        )}
      </div>
      <section
        aria-label="Activity"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="scroll-thin min-h-0 flex-1 overflow-y-auto"
      >
        {list.isPending ? (
          <RecordSkeleton />
        ) : list.error && days.size === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : days.size === 0 ? (
          <EmptyState icon={History} title="Nothing happened yet">
            Changes, messages, notes, tasks and files show here a moment after they happen.
          </EmptyState>
        ) : (
          [...days].map(([day, entries]) => (
            <section key={day} aria-label={day} className="px-4 pt-3">
              <h3 className="pb-1 font-medium text-ink-3 text-xs">{day}</h3>
              <ol className="flex flex-col">
                {entries.map((entry) => (
                  <TimelineItem
                    key={entry.id}
                    account={account}
                    entry={entry}
                    company={of.company_id}
                    nameOf={nameOf}
                  />
                ))}
              </ol>
            </section>
          ))
        )}
        <ShowMore list={list} label="Show what came before" />
      </section>
    </>
  );
}
