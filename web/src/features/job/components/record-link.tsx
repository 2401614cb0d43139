import { Link } from '@tanstack/react-router';
import type { Job } from '@/lib/api';

/** Leads to what a piece of work is about. */
export function RecordLink({ account, record }: { account: string; record: Job['record'] }) {
  if (!record) return null;
  const look = 'rounded-sm text-brand-ink underline-offset-2 hover:underline';
  return record.kind === 'contact' ? (
    <Link to="/a/$account/contacts" params={{ account }} search={{ contact: record.id }} className={look}>
      Contact
    </Link>
  ) : (
    <Link to="/a/$account/inbox" params={{ account }} search={{ conversation: record.id }} className={look}>
      Conversation
    </Link>
  );
}
