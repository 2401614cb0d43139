import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** What stands quietly behind the title: a count. */
  note?: ReactNode;
  /** One primary action, at the end. */
  actions?: ReactNode;
  /** Filters and searches: a second row on small screens. */
  children?: ReactNode;
}

/** Says where you are. The rail's button has its place at the start on small screens. */
export function PageHeader({ title, note, actions, children }: Props) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-line border-b py-2 ps-12 pe-3 md:ps-4">
      <h1 className="flex h-8 min-w-0 items-center gap-2 truncate font-semibold text-base">
        {title}
        {note && <span className="tabular font-normal text-ink-3 text-sm">{note}</span>}
      </h1>
      <div className="-ms-9 order-last flex min-w-0 basis-[calc(100%+36px)] flex-wrap items-center gap-2 empty:hidden md:order-none md:ms-0 md:flex-1 md:basis-0">
        {children}
      </div>
      <div className="ms-auto flex items-center gap-2">{actions}</div>
    </header>
  );
}
