import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { explain } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { signOut } from '../api';
import { endOwnSession, ownSessionsQuery } from '../security';
import { SessionList } from './session-list';

/** Where I am signed in. */
export function OwnSessions() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(ownSessionsQuery);
  const end = useMutation({
    mutationFn: endOwnSession,
    onSuccess: (_, session) =>
      client.setQueryData(ownSessionsQuery.queryKey, (list) => list?.filter(({ id }) => id !== session)),
    onError: (problem) => toast({ title: 'It is still signed in', detail: explain(problem), tone: 'bad' }),
  });
  const leave = useMutation({
    mutationFn: () => signOut(client, true),
    onSuccess: () => navigate({ to: '/sign-in' }),
    onError: (problem) => toast({ title: 'You are still signed in', detail: explain(problem), tone: 'bad' }),
  });
  return (
    <div className="flex flex-col items-start gap-3 *:w-full">
      {error ? (
        <Failure error={error} retry={() => refetch()} />
      ) : data ? (
        <SessionList sessions={data} ending={end.isPending ? end.variables : undefined} onEnd={end.mutate} />
      ) : (
        <Skeleton className="h-24" />
      )}
      <div className="flex justify-end">
        <Button icon={LogOut} busy={leave.isPending} onClick={() => leave.mutate()}>
          Sign out everywhere
        </Button>
      </div>
    </div>
  );
}
