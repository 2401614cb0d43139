import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** A word on what is inside while it is closed. */
  note?: ReactNode;
  open?: boolean;
  children: ReactNode;
}

/** A part of a form that opens when it is wanted. The browser's own: it is found by "find in page". */
export function Disclosure({ title, note, open, children }: Props) {
  return (
    <details open={open} className="group border-line border-t pt-3">
      <summary className="flex h-6 list-none items-center gap-1.5 rounded-sm font-medium text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          size={14}
          className="shrink-0 text-ink-3 transition-transform duration-100 group-open:rotate-90 rtl:-scale-x-100"
        />
        {title}
        {note && <span className="truncate font-normal text-ink-3 text-xs">{note}</span>}
      </summary>
      <div className="flex flex-col gap-4 pt-3">{children}</div>
    </details>
  );
}
