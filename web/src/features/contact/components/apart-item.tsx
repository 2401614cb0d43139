import type { DismissedPair } from '@/lib/api';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { displayName } from '../model';
import { DuplicatePerson } from './duplicate-person';

interface Props {
  account: string;
  pair: DismissedPair;
  canWrite: boolean;
  onAgain: () => void;
}

/** Two contacts that were told apart: by whom, when, and back again. */
export function ApartItem({ account, pair, canWrite, onAgain }: Props) {
  const names = pair.contacts.map(displayName).join(' and ');
  return (
    <li
      data-testid="apart"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-4 py-3"
    >
      <ul aria-label={names} className="grid min-w-0 flex-1 basis-80 gap-2 sm:grid-cols-2">
        {pair.contacts.map((contact) => (
          <li key={contact.id} className="flex min-w-0 items-center gap-2.5">
            <DuplicatePerson account={account} contact={contact} />
          </li>
        ))}
      </ul>
      <span className="min-w-0 flex-1 basis-40 truncate text-ink-3 text-xs md:w-48 md:flex-none md:text-end">
        {pair.author.name || 'A program'} · <RelativeTime at={pair.created_at} />
      </span>
      {canWrite && (
        <Button size="sm" aria-label={`Look at ${names} again`} onClick={onAgain}>
          Look at them again
        </Button>
      )}
    </li>
  );
}
