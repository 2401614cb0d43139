import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { count } from '@/lib/format';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { type Selection, sizeOf } from '../selection';

interface Props {
  selection: Selection;
  total: number;
  /** False where the total is an estimate. */
  exact: boolean;
  onSelectAll: () => void;
  onClear: () => void;
  /** What can be done with the selection. */
  children: ReactNode;
}

/** What is selected, and what can be done with it. */
export function SelectionBar({ selection, total, exact, onSelectAll, onClear, children }: Props) {
  const size = sizeOf(selection, total);
  const number = new Intl.NumberFormat().format(total);
  return (
    <section
      aria-label="Selection"
      className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b bg-brand-soft px-4 py-1.5"
    >
      <p role="status" className="tabular font-medium">
        {selection.all && selection.except.size === 0
          ? `All ${exact ? '' : 'about '}${count(total, 'contact', 'contacts')} selected`
          : `${new Intl.NumberFormat().format(size)} selected`}
      </p>
      {!(selection.all && selection.except.size === 0) && size < total && (
        <Button size="sm" look="ghost" onClick={onSelectAll}>
          Select all {exact ? '' : 'about '}
          {number}
        </Button>
      )}
      <span className="ms-auto flex flex-wrap items-center gap-1">
        {children}
        <IconButton icon={X} label="Select nothing" onClick={onClear} />
      </span>
    </section>
  );
}
