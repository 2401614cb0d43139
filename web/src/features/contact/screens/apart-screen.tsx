import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CopyX } from 'lucide-react';
import { allowsIn, useSession } from '@/features/access';
import { flatten } from '@/lib/api';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { ApartItem } from '../components/apart-item';
import { DuplicatesHeader } from '../components/duplicates-header';
import { dismissedQuery, groupKey } from '../duplicates';
import { useAgain } from '../use-again';

const route = getRouteApi('/signed-in/a/$account/contacts/duplicates/apart');

/** Contacts of whom somebody said that they are not the same: not found together any more, until somebody says otherwise. */
export function ApartScreen() {
  const { account } = route.useParams();
  const canWrite = allowsIn(useSession(), { account }, 'contacts.write');
  const list = useInfiniteQuery(dismissedQuery(account));
  const again = useAgain(account);
  const pairs = flatten(list.data);
  return (
    <>
      <DuplicatesHeader account={account} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending ? (
          <div className="flex flex-col gap-4 p-4">
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
          </div>
        ) : list.error && pairs.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : pairs.length === 0 ? (
          <EmptyState icon={CopyX} title="Nobody was told apart">
            Say “Not the same” of probable duplicates: they come to stand here, and are not found together
            again.
          </EmptyState>
        ) : (
          <ul aria-label="Told apart">
            {pairs.map((pair) => (
              <ApartItem
                key={groupKey(pair.contacts.map(({ id }) => id))}
                account={account}
                pair={pair}
                canWrite={canWrite}
                onAgain={() => void again(pair)}
              />
            ))}
          </ul>
        )}
        <ShowMore list={list} />
      </div>
    </>
  );
}
