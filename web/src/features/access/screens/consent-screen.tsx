import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { TimerOff } from 'lucide-react';
import { isProblem } from '@/lib/api';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { useSession } from '../api';
import { ConsentForm } from '../components/consent-form';
import { EntryFrame } from '../components/entry-frame';
import { oauthRequestQuery } from '../oauth';

const route = getRouteApi('/consenting/oauth/consent');

/** Where an app sends somebody who is to let it act for them. */
export function ConsentScreen() {
  const { request = '' } = route.useSearch();
  const { data, error, refetch } = useQuery(oauthRequestQuery(request));
  const { person } = useSession();

  if (isProblem(error) && (error.status === 404 || error.status === 422))
    return (
      <main className="flex min-h-dvh items-center justify-center">
        <EmptyState page icon={TimerOff} title="There is nothing to answer here">
          The app’s request was answered, or is too old. Begin again in the app.
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
      <EntryFrame title="One moment">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      </EntryFrame>
    );
  return (
    <EntryFrame
      title={`Let ${data.app.name} act for you?`}
      lead={`You are signed in as ${person.email}. The app never sees your password.`}
    >
      <ConsentForm request={request} asked={data} />
    </EntryFrame>
  );
}
