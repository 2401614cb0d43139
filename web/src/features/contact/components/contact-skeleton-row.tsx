import type { CSSProperties } from 'react';
import { Skeleton } from '@/ui/skeleton';
import type { Column } from '../columns';

interface Props {
  columns: Column[];
  template: string;
  style?: CSSProperties;
}

/** A row that is on its way, in the shape of the others. */
export function ContactSkeletonRow({ columns, template, style }: Props) {
  return (
    <div
      aria-hidden
      style={{ height: 40, ...style, gridTemplateColumns: template }}
      className={`grid min-w-full items-center border-line border-b ${style ? 'absolute start-0 top-0' : ''}`}
    >
      <span />
      {columns.map(({ key }, at) => (
        <span key={key} className="flex items-center gap-2.5 px-2">
          {at === 0 && <Skeleton className="size-7 rounded-full" />}
          <Skeleton className="h-3 w-1/2" />
        </span>
      ))}
    </div>
  );
}
