import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CopyCheck } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { allowsIn, useSession } from '@/features/access';
import { flatten } from '@/lib/api';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import { DuplicateGroup } from '../components/duplicate-group';
import { DuplicatesHeader } from '../components/duplicates-header';
import { duplicatesQuery, groupKey } from '../duplicates';
import { surenesses } from '../search';
import { useApart } from '../use-apart';

const MergeDialog = lazy(() =>
  import('../components/merge-dialog').then(({ MergeDialog: component }) => ({ default: component })),
);

const route = getRouteApi('/signed-in/a/$account/contacts/duplicates');

/** Contacts that are probably the same people, to be merged or told apart. */
export function DuplicatesScreen() {
  const { account } = route.useParams();
  const { least = '50' } = route.useSearch();
  const navigate = route.useNavigate();
  const canWrite = allowsIn(useSession(), { account }, 'contacts.write');
  const list = useInfiniteQuery(duplicatesQuery(account, Number(least)));
  const { settled: apart, say } = useApart(account);
  const [merging, setMerging] = useState<string[] | null>(null);
  // Gone from here at once: that the server no longer finds them shows a moment later.
  const [merged, setMerged] = useState<ReadonlySet<string>>(new Set());
  const groups = flatten(list.data).filter(
    ({ contacts }) => ![merged, apart].some((gone) => gone.has(groupKey(contacts.map(({ id }) => id)))),
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    // A page may have none while the next has some.
    if (groups.length === 0 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [groups.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const mark = (ids: string[], on: boolean) =>
    setMerged((old) => {
      const next = new Set(old);
      if (on) next.add(groupKey(ids));
      else next.delete(groupKey(ids));
      return next;
    });
  return (
    <>
      <DuplicatesHeader account={account}>
        <Segmented
          label="How sure"
          value={least}
          options={surenesses}
          onChange={(next) =>
            navigate({ search: { least: next === '50' ? undefined : next }, replace: true })
          }
        />
      </DuplicatesHeader>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending || (groups.length === 0 && isFetchingNextPage) ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-20" />
            <Skeleton className="h-20" />
            <Skeleton className="h-20" />
          </div>
        ) : list.error && groups.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : groups.length === 0 ? (
          <EmptyState icon={CopyCheck} title="No duplicates">
            {least === '50'
              ? 'Contacts with the same mailbox, number or nearly the same name would stand here, a moment after they come in.'
              : 'None as sure as that. Look at all of them.'}
          </EmptyState>
        ) : (
          <ul aria-label="Probable duplicates">
            {groups.map((group) => (
              <DuplicateGroup
                key={groupKey(group.contacts.map(({ id }) => id))}
                account={account}
                group={group}
                canWrite={canWrite}
                onMerge={setMerging}
                onApart={(ids) => void say(group, ids)}
              />
            ))}
          </ul>
        )}
        {hasNextPage && groups.length > 0 && (
          <div className="p-3 text-center">
            <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </div>
      <Suspense>
        {merging && (
          <MergeDialog
            account={account}
            ids={merging}
            onClose={() => setMerging(null)}
            onDone={() => {
              mark(merging, true);
              setMerging(null);
            }}
            onUndone={() => mark(merging, false)}
          />
        )}
      </Suspense>
    </>
  );
}
