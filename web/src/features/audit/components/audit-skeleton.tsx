import { Skeleton } from '@/ui/skeleton';

/** Rows in the shape of those to come. */
export function AuditSkeleton() {
  return Array.from({ length: 8 }, (_, index) => (
    <div key={index} className="flex items-center gap-3 border-line border-b px-4 py-2.5">
      <Skeleton className="size-6 rounded-full" />
      <Skeleton className="h-3 w-28" />
      <Skeleton className="h-3 w-40 max-w-[30%]" />
      <Skeleton className="ms-auto h-3 w-14" />
    </div>
  ));
}
