import type { ReactNode } from 'react';
import { errorsAddress } from '../api';

/** Leads the browser itself to the file: a million rows need no place in this page. */
export function DownloadLink({
  account,
  id,
  children,
}: {
  account: string;
  id: string;
  children: ReactNode;
}) {
  return (
    <a
      href={errorsAddress(account, id)}
      download
      className="inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border border-control bg-raised px-3 font-medium text-sm hover:bg-hover"
    >
      {children}
    </a>
  );
}
