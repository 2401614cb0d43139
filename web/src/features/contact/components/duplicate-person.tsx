import { Link } from '@tanstack/react-router';
import type { Contact } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { displayName } from '../model';

/** Who one of several is, in two lines, with the way to the contact. */
export function DuplicatePerson({ account, contact }: { account: string; contact: Contact }) {
  return (
    <>
      <Avatar name={contact.name || ''} />
      <span className="min-w-0 flex-1">
        <Link
          to="/a/$account/contacts"
          params={{ account }}
          search={{ contact: contact.id }}
          className="block truncate font-medium hover:underline"
        >
          {displayName(contact)}
        </Link>
        <span className="block truncate text-ink-3 text-xs">
          <bdi>
            {[contact.email, formatPhone(contact.phone ?? '')].filter(Boolean).join(' · ') || 'No address'}
          </bdi>
        </span>
      </span>
    </>
  );
}
