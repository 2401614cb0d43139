import { Merge } from 'lucide-react';
import { useId, useState } from 'react';
import type { DuplicateGroup as Group } from '@/lib/api';
import { count } from '@/lib/format';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { reasonsOf, sureOf } from '../duplicates';
import { displayName } from '../model';
import { DuplicatePerson } from './duplicate-person';

interface Props {
  account: string;
  group: Group;
  canWrite: boolean;
  onMerge: (ids: string[]) => void;
  onApart: (ids: string[]) => void;
}

/** Contacts that are probably one person: why, how sure that is, and what to do about it. */
export function DuplicateGroup({ account, group, canWrite, onMerge, onApart }: Props) {
  const title = useId();
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const { contacts, pairs } = group;
  const several = contacts.length > 2;
  const ids = contacts.map(({ id }) => id).filter((id) => !out.has(id));
  const nameOf = (id: string) => {
    const found = contacts.find((one) => one.id === id);
    return found ? displayName(found) : '';
  };
  const sure = sureOf(group);
  return (
    <li aria-labelledby={title} data-testid="duplicates" className="border-line border-b px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id={title} className="flex min-w-0 flex-1 basis-52 items-center gap-2 font-medium">
          <span className="truncate">{nameOf(contacts[0]?.id ?? '')}</span>
          <span className="shrink-0 font-normal text-ink-3">
            {count(contacts.length, 'contact', 'contacts')}
          </span>
          <Badge tone={sure >= 90 ? 'good' : sure >= 75 ? 'info' : 'neutral'}>{sure} % sure</Badge>
        </h2>
        {canWrite && (
          <span className="flex items-center gap-1">
            <Button size="sm" look="ghost" disabled={ids.length < 2} onClick={() => onApart(ids)}>
              Not the same
            </Button>
            <Button size="sm" icon={Merge} disabled={ids.length < 2} onClick={() => onMerge(ids)}>
              Merge
            </Button>
          </span>
        )}
      </div>
      <ul className="mt-1 text-ink-2 text-xs">
        {pairs.map((pair) => (
          <li key={`${pair.a}${pair.b}`}>
            {several && (
              <>
                <bdi>{nameOf(pair.a)}</bdi> and <bdi>{nameOf(pair.b)}</bdi>:{' '}
              </>
            )}
            {reasonsOf(pair).join(', ')}
            {several && <span className="tabular text-ink-3"> ({pair.confidence} %)</span>}
          </li>
        ))}
      </ul>
      <ul className="mt-2 grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
        {contacts.map((contact) => (
          <li
            key={contact.id}
            className="flex min-w-0 items-center gap-2.5 rounded-md border border-line px-2.5 py-1.5"
          >
            {several && canWrite && (
              <input
                type="checkbox"
                aria-label={`${displayName(contact)} is one of them`}
                checked={!out.has(contact.id)}
                onChange={({ target }) =>
                  setOut((old) => {
                    const next = new Set(old);
                    if (target.checked) next.delete(contact.id);
                    else next.add(contact.id);
                    return next;
                  })
                }
                className="size-4 shrink-0 accent-brand"
              />
            )}
            <DuplicatePerson account={account} contact={contact} />
            <span className="shrink-0 text-ink-3 text-xs">
              <RelativeTime at={contact.created_at} short />
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}
