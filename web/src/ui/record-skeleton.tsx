import { Skeleton } from '@/ui/skeleton';

/** In the place of notes or tasks that are coming. */
export function RecordSkeleton() {
  return (
    <div className="flex flex-col gap-5 p-4">
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
    </div>
  );
}
