import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { type Deed, placeOf } from '../model';

const look =
  'inline-flex h-7 items-center gap-1.5 rounded-md border border-control bg-raised px-2 font-medium text-sm hover:bg-hover';

/** Leads to what was changed, where that has a place. */
export function RecordLink({ account, deed }: { account: string; deed: Deed }) {
  const place = placeOf(deed);
  if (!place) return null;
  const icon = <ArrowUpRight aria-hidden size={15} strokeWidth={1.75} className="rtl:-scale-x-100" />;
  const params = { account };
  if ('contact' in place)
    return (
      <Link to="/a/$account/contacts" params={params} search={{ contact: place.contact }} className={look}>
        {icon}Open the contact
      </Link>
    );
  if ('conversation' in place)
    return (
      <Link
        to="/a/$account/inbox"
        params={params}
        search={{ conversation: place.conversation }}
        className={look}
      >
        {icon}Open the conversation
      </Link>
    );
  if ('import' in place)
    return (
      <Link to="/a/$account/imports/$import" params={{ account, import: place.import }} className={look}>
        {icon}Open the import
      </Link>
    );
  return (
    <Link to="/a/$account/contacts" params={params} search={{ view: place.view }} className={look}>
      {icon}Open the view
    </Link>
  );
}
