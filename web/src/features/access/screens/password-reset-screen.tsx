import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { LinkIcon } from 'lucide-react';
import { isProblem } from '@/lib/api';
import { longTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { toast } from '@/lib/toast';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { LinkButton } from '@/ui/link-button';
import { Skeleton } from '@/ui/skeleton';
import { sessionQuery } from '../api';
import { EntryFrame } from '../components/entry-frame';
import { NewPasswordForm } from '../components/new-password-form';
import { resetQuery, setPasswordByLink } from '../security';

const route = getRouteApi('/password-reset/$token');

/** Where a link to set a password leads. */
export function PasswordResetScreen() {
  const { token } = route.useParams();
  const { data, error, refetch } = useQuery(resetQuery(token));
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useNow();

  if (error)
    return (
      <main className="flex min-h-dvh items-center justify-center">
        {isProblem(error) && error.status === 404 ? (
          <EmptyState
            page
            icon={LinkIcon}
            title="This link works no more"
            action={<LinkButton to="/sign-in">Sign in</LinkButton>}
          >
            It was used, has run out, or there is a newer one. Ask whoever sent it for another.
          </EmptyState>
        ) : (
          <Failure error={error} retry={() => refetch()} />
        )}
      </main>
    );
  if (!data)
    return (
      <EntryFrame title="A new password">
        <Skeleton className="h-9" />
      </EntryFrame>
    );
  return (
    <EntryFrame
      title="A new password"
      lead={`For ${data.email}. The link ends ${longTime(data.expires_at, now)}.`}
    >
      <NewPasswordForm
        email={data.email}
        submit="Set password"
        save={({ password }) => setPasswordByLink(token, password)}
        onDone={() => {
          // The link ended every session of theirs, this browser's too.
          client.setQueryData(sessionQuery.queryKey, null);
          toast({ title: 'Your password is set', detail: 'Sign in with it.', tone: 'good' });
          void navigate({ to: '/sign-in', replace: true });
        }}
      />
    </EntryFrame>
  );
}
