import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import type { IdentityProvider, ProviderPerson } from '@/lib/api';
import { undoable } from '@/lib/undo';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { RelativeTime } from '@/ui/relative-time';
import { Skeleton } from '@/ui/skeleton';
import { providerPeopleQuery, providersQuery, unbindPerson } from '../api';

/** Who signs in by a provider, and by what it calls them. */
export function ProviderPeople({ provider }: { provider: IdentityProvider }) {
  const client = useQueryClient();
  const query = providerPeopleQuery(provider.id);
  const { data, error, refetch } = useQuery(query);
  const unbind = ({ person_id: person, name }: ProviderPerson) => {
    const before = client.getQueryData(query.queryKey);
    client.setQueryData(query.queryKey, (list) => list?.filter(({ person_id: id }) => id !== person));
    undoable({
      title: `${name} is bound no more`,
      commit: async () => {
        await unbindPerson(provider.id, person);
        await client.invalidateQueries({ queryKey: providersQuery.queryKey });
      },
      revert: () => client.setQueryData(query.queryKey, before),
    });
  };
  if (error && !data) return <Failure error={error} retry={() => refetch()} />;
  if (!data)
    return (
      <div className="flex flex-col gap-4 p-4">
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
        <Skeleton className="h-8" />
      </div>
    );
  if (data.length === 0)
    return (
      <EmptyState icon={Users} title="Nobody yet">
        Whoever signs in by {provider.name} for the first time is bound to it by their address, and known by
        what it calls them from then on.
      </EmptyState>
    );
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
      <p className="border-line border-b px-4 py-3 text-ink-3 text-xs">
        Who is unbound may sign in by it again: then their address counts once more. Do it when somebody got
        another account there.
      </p>
      <ul className="divide-y divide-line">
        {data.map((person) => (
          <li key={person.person_id} className="flex items-center gap-3 px-4 py-2.5">
            <Avatar name={person.name} />
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{person.name}</p>
              <p className="truncate text-ink-3 text-xs">{person.email}</p>
              <p className="truncate text-ink-3 text-xs">
                <code dir="ltr" className="font-mono">
                  {person.subject}
                </code>{' '}
                · <RelativeTime at={person.last_used_at} />
              </p>
            </div>
            <Button size="sm" onClick={() => unbind(person)} aria-label={`Unbind ${person.name}`}>
              Unbind
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
