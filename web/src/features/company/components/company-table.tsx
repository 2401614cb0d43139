import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import type { CompanySort } from '../search';

interface Props {
  sort: CompanySort;
  onSort: (sort: CompanySort) => void;
  /** The rows. */
  children: ReactNode;
}

const columns = [
  { label: 'Name', sort: 'name', className: 'px-4' },
  { label: 'Phone', className: 'hidden w-40 px-2 md:table-cell' },
  { label: 'Place', className: 'hidden w-44 px-2 lg:table-cell' },
  { label: 'Tags', className: 'hidden w-40 px-2 md:table-cell' },
  { label: 'Owner', className: 'hidden w-40 px-2 lg:table-cell' },
  { label: 'Created', sort: 'created_at', className: 'hidden w-36 px-4 text-end sm:table-cell' },
] as const;

/** The list of companies; its heads that can order it do. */
export function CompanyTable({ sort, onSort, children }: Props) {
  const down = sort.startsWith('-');
  const key = sort.replace('-', '');
  return (
    <table className="w-full table-fixed border-collapse">
      <thead className="sticky top-0 z-10 bg-page">
        <tr className="h-9 border-line border-b">
          {columns.map((column) => {
            const on = 'sort' in column && column.sort === key;
            return (
              <th
                key={column.label}
                scope="col"
                aria-sort={on ? (down ? 'descending' : 'ascending') : undefined}
                className={cx('text-start font-medium text-ink-3 text-xs', column.className)}
              >
                {'sort' in column ? (
                  <button
                    type="button"
                    // Names begin at A, days with the last one.
                    onClick={() =>
                      onSort((on ? !down : column.sort === 'created_at') ? `-${column.sort}` : column.sort)
                    }
                    className="inline-flex h-7 items-center gap-1 rounded-sm hover:text-ink"
                  >
                    {column.label}
                    {on && (down ? <ArrowDown aria-hidden size={12} /> : <ArrowUp aria-hidden size={12} />)}
                  </button>
                ) : (
                  column.label
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
