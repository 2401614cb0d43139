import { useQuery, useQueryClient } from '@tanstack/react-query';
import { AppWindow } from 'lucide-react';
import type { OAuthGrant } from '@/lib/api';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { RelativeTime } from '@/ui/relative-time';
import { Skeleton } from '@/ui/skeleton';
import { useSession } from '../api';
import { endGrant, grantsQuery } from '../oauth';
import { permissionLabel } from '../permissions';

/** The apps that I let act for me: what they may do, where, and taking it back. */
export function ConnectedApps() {
  const client = useQueryClient();
  const { sub_accounts: places } = useSession();
  const { data, error, refetch } = useQuery(grantsQuery);
  const disconnect = (grant: OAuthGrant) => {
    const before = client.getQueryData(grantsQuery.queryKey);
    client.setQueryData(grantsQuery.queryKey, (list) => list?.filter(({ id }) => id !== grant.id));
    undoable({
      title: `${grant.app.name} disconnected`,
      commit: () => endGrant(grant.id),
      revert: () => client.setQueryData(grantsQuery.queryKey, before),
    });
  };
  if (error) return <Failure error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton className="h-12" />;
  if (data.length === 0)
    return <p className="text-ink-3 text-xs">None. An app asks you before it can do anything.</p>;
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {data.map((grant) => (
        <li key={grant.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
          <AppWindow aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-ink-3" />
          <div className="min-w-0 flex-1 basis-56">
            <p className="truncate">{grant.app.name}</p>
            <p className="text-ink-3 text-xs">{grant.scopes.map(permissionLabel).join(' · ')}</p>
            <p className="text-ink-3 text-xs">
              {grant.sub_account_ids.length > 0 && (
                <>
                  In{' '}
                  {grant.sub_account_ids
                    .map(
                      (id) =>
                        places?.find((place) => place.id === id)?.name ?? 'a place where you no longer work',
                    )
                    .join(', ')}
                  .{' '}
                </>
              )}
              {grant.last_used_at ? (
                <>
                  Used <RelativeTime at={grant.last_used_at} />
                </>
              ) : (
                'Never used'
              )}
            </p>
          </div>
          <Button
            size="sm"
            look="danger"
            onClick={() => disconnect(grant)}
            aria-label={`Disconnect ${grant.app.name}`}
          >
            Disconnect
          </Button>
        </li>
      ))}
    </ul>
  );
}
