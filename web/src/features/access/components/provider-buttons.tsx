import { useQuery } from '@tanstack/react-query';
import { Building2 } from 'lucide-react';
import { signInProvidersQuery, ssoAddress } from '../sso';

/** A way in for each identity provider of the host. Without any, or without an answer, nothing: the password is there. */
export function ProviderButtons({ next }: { next: string | undefined }) {
  const { data } = useQuery(signInProvidersQuery);
  if (!data || data.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <p aria-hidden className="flex items-center gap-3 text-ink-3 text-xs">
        <span className="h-px flex-1 bg-line" />
        or
        <span className="h-px flex-1 bg-line" />
      </p>
      {data.map(({ id, name }) => (
        <a
          key={id}
          href={ssoAddress(id, next)}
          className="inline-flex min-h-9 min-w-0 items-center justify-center gap-1.5 rounded-md border border-control bg-raised px-3 font-medium hover:bg-hover"
        >
          <Building2 aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />
          <span className="truncate">Continue with {name}</span>
        </a>
      ))}
    </div>
  );
}
