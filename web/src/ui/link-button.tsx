import { createLink } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface Props extends ComponentProps<'a'> {
  icon?: LucideIcon;
}

/** A link that looks like a button, since it leads to another page. */
export const LinkButton = createLink(function LinkButton({ icon: Icon, children, ...rest }: Props) {
  return (
    <a
      {...rest}
      className="inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border border-control bg-raised px-3 font-medium text-sm hover:bg-hover"
    >
      {Icon && <Icon aria-hidden size={15} strokeWidth={1.75} />}
      {children}
    </a>
  );
});
