import { CheckCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';

interface Props {
  label: string;
  query: {
    error: unknown;
    isPending: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
  /** How many rows there are. */
  rows: number;
  empty: { title: string; text: string };
  children: ReactNode;
}

/** A list of work in each of its states. */
export function WorkList({ label, query, rows, empty, children }: Props) {
  if (query.error && rows === 0) return <Failure error={query.error} retry={() => query.refetch()} />;
  if (query.isPending)
    return Array.from({ length: 5 }, (_, index) => (
      <div key={index} className="flex items-center gap-3 border-line border-b px-4 py-3">
        <Skeleton className="size-4" />
        <div className="flex flex-1 flex-col gap-2">
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-3 w-3/4 max-w-96" />
        </div>
      </div>
    ));
  if (rows === 0)
    return (
      <EmptyState icon={CheckCheck} title={empty.title}>
        {empty.text}
      </EmptyState>
    );
  return (
    <>
      <ul aria-label={label}>{children}</ul>
      {query.hasNextPage && (
        <div className="flex justify-center p-3">
          <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
