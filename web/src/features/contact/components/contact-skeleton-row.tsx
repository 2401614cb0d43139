import type { CSSProperties } from 'react';
import { Skeleton } from '@/ui/skeleton';

export function ContactSkeletonRow({ style }: { style?: CSSProperties }) {
  return (
    <div
      aria-hidden
      style={style}
      className={`flex h-10 items-center gap-4 border-line border-b px-4 ${style ? 'absolute inset-x-0 top-0' : ''}`}
    >
      <span className="flex flex-[2_1_0] items-center gap-2.5">
        <Skeleton className="size-7 rounded-full" />
        <Skeleton className="h-3 w-32" />
      </span>
      <span className="hidden w-40 md:block">
        <Skeleton className="h-3 w-28" />
      </span>
      <span className="hidden flex-[2_1_0] lg:block">
        <Skeleton className="h-3 w-44" />
      </span>
      <span className="hidden flex-[1.5_1_0] md:block">
        <Skeleton className="h-3 w-20" />
      </span>
      <span className="hidden w-32 xl:block">
        <Skeleton className="h-3 w-20" />
      </span>
      <span className="hidden w-28 sm:block">
        <Skeleton className="ms-auto h-3 w-14" />
      </span>
    </div>
  );
}
