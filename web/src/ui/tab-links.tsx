import type { ReactNode } from 'react';

/** Links between the pages of one place; each is a {@link TabLink}. They scroll where there is no room. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="scroll-thin min-w-0 overflow-x-auto">
      <ul className="flex gap-1">{children}</ul>
    </nav>
  );
}
