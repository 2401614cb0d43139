import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Layers } from 'lucide-react';
import { allowsIn, useSession } from '@/features/access';
import { flatten } from '@/lib/api';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { LinkButton } from '@/ui/link-button';
import { PageHeader } from '@/ui/page-header';
import { RelativeTime } from '@/ui/relative-time';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { bulksQuery } from '../bulk';
import { BulkItem } from '../components/bulk-item';
import { useBulkMoves, useNames } from '../use-bulk';

const route = getRouteApi('/signed-in/a/$account/contacts/bulk');

/** What was done to many contacts at once; each can be undone for 30 days. */
export function BulkScreen() {
  const { account } = route.useParams();
  const session = useSession();
  const names = useNames(account);
  const list = useInfiniteQuery(bulksQuery(account));
  const move = useBulkMoves(account);
  const bulks = flatten(list.data);
  return (
    <>
      <PageHeader
        title="Bulk actions"
        actions={
          <LinkButton to="/a/$account/contacts" params={{ account }}>
            All contacts
          </LinkButton>
        }
      />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </div>
        ) : list.error && bulks.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : bulks.length === 0 ? (
          <EmptyState icon={Layers} title="No bulk actions yet">
            Select contacts in the list, or all that match a filter, and tag, assign or change them at once.
            What came of it stands here, and can be undone.
          </EmptyState>
        ) : (
          <ul>
            {bulks.map((bulk) => (
              <BulkItem
                key={bulk.id}
                bulk={bulk}
                names={names}
                busy={move.isPending && move.variables?.id === bulk.id}
                canWrite={allowsIn(session, { account }, 'contacts.write')}
                onMove={(what) => move.mutate({ id: bulk.id, move: what })}
              >
                <p className="text-ink-3 text-xs">
                  {bulk.author.name || 'A program'} · <RelativeTime at={bulk.created_at} />
                  {bulk.filter && (
                    <>
                      {' · '}
                      <Link
                        to="/a/$account/contacts"
                        params={{ account }}
                        search={{ filter: bulk.filter as Record<string, unknown>, q: bulk.q || undefined }}
                        className="text-brand-ink underline"
                      >
                        who fits its filter now
                      </Link>
                    </>
                  )}
                </p>
              </BulkItem>
            ))}
          </ul>
        )}
        <ShowMore list={list} label="Show older ones" />
      </div>
    </>
  );
}
