import { Skeleton } from '@/ui/skeleton';

export function PeopleSkeleton() {
  return Array.from({ length: 5 }, (_, index) => (
    <div key={index} className="flex items-center gap-3 border-line border-b px-4 py-3">
      <Skeleton className="size-7 rounded-full" />
      <Skeleton className="h-3 w-40" />
      <Skeleton className="ms-auto h-4 w-24" />
    </div>
  ));
}
