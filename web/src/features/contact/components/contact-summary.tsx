import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { membersQuery } from '@/features/access';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { Failure } from '@/ui/failure';
import { RelativeTime } from '@/ui/relative-time';
import { Skeleton } from '@/ui/skeleton';
import { contactQuery } from '../api';
import { displayName } from '../model';
import { OptedOutBadge } from './opted-out-badge';
import { TagChip } from './tag-chip';

/** Who one is talking to, for a pane beside the talk. */
export function ContactSummary({ account, id }: { account: string; id: string }) {
  const { data: contact, error, refetch } = useQuery(contactQuery(account, id));
  const { data: members } = useQuery(membersQuery(account));
  if (error && !contact) return <Failure error={error} retry={() => refetch()} />;
  if (!contact)
    return (
      <div className="flex flex-col gap-3 p-4">
        <Skeleton className="size-11 rounded-full" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    );
  const owner = members?.find((member) => member.id === contact.owner_id);
  const rows = [
    { label: 'Phone', value: contact.phone && <bdi>{formatPhone(contact.phone)}</bdi> },
    { label: 'E-mail', value: contact.email },
    { label: 'Owner', value: owner?.name },
    { label: 'Source', value: contact.source },
    { label: 'Created', value: <RelativeTime at={contact.created_at} /> },
  ].filter(({ value }) => value);
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex flex-col items-start gap-2">
        <Avatar name={displayName(contact)} size="lg" />
        <h2 className="font-semibold text-base">{displayName(contact)}</h2>
        {contact.opted_out && <OptedOutBadge />}
      </div>
      <dl className="grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        {rows.map(({ label, value }) => (
          <div key={label} className="contents">
            <dt className="text-ink-3">{label}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      {(contact.tags ?? []).length > 0 && (
        <div className="flex flex-wrap gap-1">
          {(contact.tags ?? []).map((tag) => (
            <TagChip key={tag} tag={tag} />
          ))}
        </div>
      )}
      <Link
        to="/a/$account/contacts"
        params={{ account }}
        search={{ contact: contact.id }}
        className="inline-flex h-8 items-center justify-center rounded-md border border-control font-medium hover:bg-hover"
      >
        Edit contact
      </Link>
    </div>
  );
}
