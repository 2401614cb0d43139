import { ArrowDown, ArrowUp } from 'lucide-react';
import { cx } from '@/lib/cx';
import type { Column } from '../columns';
import { type ContactSort, nextSort, sortOf } from '../model';

interface Props {
  columns: Column[];
  template: string;
  sort: ContactSort;
  /** How much of the list is selected. */
  ticked: 'none' | 'some' | 'all';
  onSort: (sort: ContactSort) => void;
  onSelectAll: (on: boolean) => void;
}

/** The titles of the columns; those that can order the list do so at a press. */
export function GridHead({ columns, template, sort, ticked, onSort, onSelectAll }: Props) {
  return (
    <div role="rowgroup" className="sticky top-0 z-30 min-w-max border-line border-b bg-page">
      <div
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
        className="grid h-8 text-ink-3 text-xs"
      >
        <div role="columnheader" className="sticky start-0 z-10 flex items-center bg-page ps-2.5">
          <label className="flex size-7 items-center justify-center">
            <input
              type="checkbox"
              aria-label="Select all that match"
              checked={ticked === 'all'}
              ref={(box) => {
                if (box) box.indeterminate = ticked === 'some';
              }}
              onChange={({ target }) => onSelectAll(target.checked)}
              className="size-4 accent-brand"
            />
          </label>
        </div>
        {columns.map((column, at) => {
          const order = column.sort && sortOf(sort, column.sort);
          const Arrow = order === 'ascending' ? ArrowUp : ArrowDown;
          const numeric = column.kind === 'number' || column.kind === 'money';
          return (
            <div
              key={column.key}
              role="columnheader"
              aria-colindex={at + 2}
              aria-sort={column.sort ? (order ?? 'none') : undefined}
              className={cx(
                'flex min-w-0 items-center px-2',
                at === 0 && 'sticky start-10 z-10 bg-page',
                numeric && 'justify-end',
              )}
            >
              {column.sort ? (
                <button
                  type="button"
                  onClick={() => column.sort && onSort(nextSort(sort, column.sort))}
                  className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-ink"
                >
                  {column.label}
                  {order && <Arrow aria-hidden size={12} />}
                </button>
              ) : (
                <span className="truncate">{column.label}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
