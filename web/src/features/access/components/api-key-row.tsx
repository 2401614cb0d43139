import type { ApiKey } from '@/lib/api';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { permissionLabel } from '../permissions';

interface Props {
  apiKey: ApiKey;
  onRevoke: () => void;
}

export function ApiKeyRow({ apiKey, onRevoke }: Props) {
  const rights = (apiKey.scopes ?? []).map(permissionLabel);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-baseline gap-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          {apiKey.prefix && <code className="font-mono text-ink-3 text-xs">{apiKey.prefix}…</code>}
        </p>
        <p className="truncate text-ink-3 text-xs" title={rights.join(', ')}>
          {rights.join(' · ')}
        </p>
      </div>
      <p className="text-ink-3 text-xs">
        {apiKey.last_used_at ? (
          <>
            Used <RelativeTime at={apiKey.last_used_at} />
          </>
        ) : (
          <>
            Created <RelativeTime at={apiKey.created_at} />, never used
          </>
        )}
      </p>
      <Button size="sm" look="danger" onClick={onRevoke} aria-label={`Revoke ${apiKey.name}`}>
        Revoke
      </Button>
    </li>
  );
}
