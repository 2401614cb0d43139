import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Place, SessionList } from '@/features/access';
import { explain } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Skeleton } from '@/ui/skeleton';
import { endPersonSession, personSessionsQuery } from '../api';

/** Where somebody is signed in, to be ended when a machine was lost. */
export function PersonSessions({ place, person }: { place: Place; person: string }) {
  const client = useQueryClient();
  const query = personSessionsQuery(place, person);
  const { data, error } = useQuery(query);
  const end = useMutation({
    mutationFn: (session: string) => endPersonSession(place, person, session),
    onSuccess: (_, session) =>
      client.setQueryData(query.queryKey, (list) => list?.filter(({ id }) => id !== session)),
    onError: (problem) => toast({ title: 'It is still open', detail: explain(problem), tone: 'bad' }),
  });
  if (error) return <p className="text-ink-3 text-xs">{explain(error)}</p>;
  if (!data) return <Skeleton className="h-10" />;
  if (data.length === 0) return <p className="text-ink-3 text-xs">Signed in nowhere.</p>;
  return (
    <SessionList sessions={data} ending={end.isPending ? end.variables : undefined} onEnd={end.mutate} />
  );
}
