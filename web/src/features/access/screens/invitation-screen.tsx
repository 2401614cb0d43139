import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { MailX } from 'lucide-react';
import { isProblem } from '@/lib/api';
import { longTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { invitationQuery } from '../api';
import { EntryFrame } from '../components/entry-frame';
import { InvitationForm } from '../components/invitation-form';
import { JoinForm } from '../components/join-form';
import { ProviderButtons } from '../components/provider-buttons';

const route = getRouteApi('/invitation/$token');

/** Where an invitation's link leads: a name and a password, and one is in. */
export function InvitationScreen() {
  const { token } = route.useParams();
  const { data, error, refetch } = useQuery(invitationQuery(token));
  const now = useNow();

  if (isProblem(error) && error.status === 404)
    return (
      <main className="flex min-h-dvh items-center justify-center">
        <EmptyState page icon={MailX} title="This invitation is no longer open">
          It was used, withdrawn or has run out. Ask whoever invited you for a new one.
        </EmptyState>
      </main>
    );
  if (error)
    return (
      <main className="flex min-h-dvh items-center justify-center">
        <Failure error={error} retry={() => refetch()} />
      </main>
    );
  if (!data)
    return (
      <EntryFrame title="Welcome">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      </EntryFrame>
    );
  const place = data.sub_account ?? data.agency;
  return (
    <EntryFrame
      title={`Join ${place}`}
      lead={`As ${data.email}. The invitation ends ${longTime(data.expires_at, now)}.`}
    >
      {data.known ? (
        <JoinForm token={token} email={data.email} />
      ) : (
        <InvitationForm token={token} email={data.email} />
      )}
      {/* Signing in by one accepts whatever its verified address was invited to. */}
      <ProviderButtons next={undefined} />
    </EntryFrame>
  );
}
