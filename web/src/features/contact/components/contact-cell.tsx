import type { Contact } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { RelativeTime } from '@/ui/relative-time';
import { showValue } from '../cell';
import { type Column, cellValue } from '../columns';
import { displayName } from '../model';
import { OptedOutBadge } from './opted-out-badge';
import { TagChip } from './tag-chip';

interface Props {
  contact: Contact;
  column: Column;
  /** Rows are narrow: the name has the number below it. */
  narrow: boolean;
  ownerName: (id: string | null | undefined) => string;
  onOpen: () => void;
  onTag: (tag: string) => void;
}

/** One value of a contact, as its kind looks in a list. */
export function ContactCell({ contact, column, narrow, ownerName, onOpen, onTag }: Props) {
  const value = cellValue(contact, column.key);
  if (column.key === 'name')
    return (
      <button
        type="button"
        tabIndex={-1}
        onClick={onOpen}
        className="flex w-full min-w-0 items-center gap-2.5 rounded-sm py-0.5 text-start"
      >
        <Avatar name={contact.name || ''} />
        <span className="flex min-w-0 flex-col">
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate font-medium">{displayName(contact)}</span>
            {contact.opted_out && <OptedOutBadge />}
          </span>
          {narrow && (
            <span className="truncate text-ink-3 text-xs">
              <bdi>{formatPhone(contact.phone ?? '') || contact.email}</bdi>
            </span>
          )}
        </span>
      </button>
    );
  if (column.kind === 'tags')
    return (
      <span className="flex gap-1 overflow-hidden">
        {(contact.tags ?? []).map((tag) => (
          <TagChip key={tag} tag={tag} onClick={() => onTag(tag)} />
        ))}
      </span>
    );
  if (column.kind === 'person') return <span className="truncate">{ownerName(String(value ?? ''))}</span>;
  if (column.kind === 'date_time') return value ? <RelativeTime at={String(value)} /> : null;
  return (
    <bdi className="truncate" title={column.kind === 'long_text' ? String(value ?? '') : undefined}>
      {showValue(column, value)}
    </bdi>
  );
}
