import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

/** One of several pages of a place. The router marks the one where we are with aria-current. */
export const TabLink = createLink(function TabLink({ className: _, ...rest }: ComponentProps<'a'>) {
  return (
    <li>
      <a
        {...rest}
        className="inline-flex h-7 items-center whitespace-nowrap rounded-md px-2 font-medium text-ink-2 text-sm hover:bg-hover hover:text-ink aria-[current=page]:bg-active aria-[current=page]:text-ink"
      />
    </li>
  );
});
