import { Link } from '@tanstack/react-router';
import {
  Building2,
  CheckSquare,
  type LucideIcon,
  MessageSquare,
  MessagesSquare,
  Paperclip,
  ShieldCheck,
  StickyNote,
  UserPen,
} from 'lucide-react';
import type { TimelineEntry } from '@/lib/api';
import { clockTime, exactTime } from '@/lib/format';
import { type Category, deedOf, excerptOf, fieldName, listedChanges, valueText } from '../timeline';

const icons: Record<Category, LucideIcon> = {
  contact: UserPen,
  company: Building2,
  note: StickyNote,
  task: CheckSquare,
  file: Paperclip,
  message: MessageSquare,
  conversation: MessagesSquare,
  consent: ShieldCheck,
};

const actors: Partial<Record<string, string>> = {
  key: 'An API key',
  contact: 'The contact',
  workflow: 'A workflow',
  carrier: 'The contact',
  operator: 'The operator',
  system: 'The system',
};

interface Props {
  account: string;
  entry: TimelineEntry;
  /** In whose timeline it is told, if in a company's. */
  company?: string;
  nameOf: (id: string) => string;
}

/** One thing that happened: who did what, to whom of several, when, and what it says. */
export function TimelineItem({ account, entry, company, nameOf }: Props) {
  const Icon = icons[entry.category];
  const excerpt = excerptOf(entry);
  const changes = listedChanges(entry, company);
  const nameIn = (id: string) => entry.companies?.find((one) => one.id === id)?.name ?? nameOf(id);
  const came =
    entry.kind === 'message.created' && (entry.detail as { direction?: string }).direction === 'in';
  const deed = deedOf(entry, company);
  return (
    <li data-testid="happened" className="flex gap-2.5 pb-3">
      <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-active text-ink-2">
        <Icon aria-hidden size={13} strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-3">
          <span className="min-w-0">
            {came ? (
              <span className="font-medium">{deed.charAt(0).toUpperCase() + deed.slice(1)}</span>
            ) : (
              <>
                <span className="font-medium">
                  {entry.actor.name || actors[entry.actor.kind] || 'Somebody'}
                </span>{' '}
                <span className="text-ink-2">{deed}</span>
              </>
            )}
            {entry.contact && (
              <>
                {' · '}
                <Link
                  to="/a/$account/contacts"
                  params={{ account }}
                  search={{ contact: entry.contact.id }}
                  className="rounded-sm text-brand-ink underline-offset-2 hover:underline"
                >
                  <bdi>{entry.contact.name}</bdi>
                </Link>
              </>
            )}
          </span>
          <time
            dateTime={entry.occurred_at}
            title={exactTime(entry.occurred_at)}
            className="tabular shrink-0 text-ink-3 text-xs"
          >
            {clockTime(entry.occurred_at)}
          </time>
        </p>
        {excerpt && <p className="line-clamp-3 whitespace-pre-wrap text-ink-3">{excerpt}</p>}
        {changes.length > 0 && (
          <dl className="text-ink-3 text-xs">
            {changes.slice(0, 6).map(({ field, before, after }) => (
              <div key={field}>
                <dt className="inline">{fieldName(field)}: </dt>
                <dd className="inline">
                  <del className="no-underline">{valueText(before, nameIn)}</del> →{' '}
                  <ins className="text-ink-2 no-underline">{valueText(after, nameIn)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}
