import type { Column } from '../columns';
import { ContactSkeletonRow } from './contact-skeleton-row';

/** The table while its first rows are on their way. */
export function GridSkeleton({ columns }: { columns: Column[] }) {
  const template = `40px minmax(200px, 1fr) ${columns
    .slice(1)
    .map(({ width }) => `${width}px`)
    .join(' ')}`;
  return (
    <div className="min-h-0 flex-1 overflow-hidden">
      {Array.from({ length: 14 }, (_, index) => (
        <ContactSkeletonRow key={index} columns={columns} template={template} />
      ))}
    </div>
  );
}
