import type { SentInvitation } from '@/lib/api';
import { longTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';

interface Props {
  invitation: SentInvitation;
  roleName: string;
  busy: boolean;
  onResend: () => void;
  onRevoke: () => void;
}

export function InvitationRow({ invitation, roleName, busy, onResend, onRevoke }: Props) {
  const { email, name, state, expires_at } = invitation;
  const now = useNow();
  return (
    <li
      data-testid={`invitation-${email}`}
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-2 hover:bg-sunken"
    >
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium">{email}</p>
        <p className="truncate text-ink-3 text-xs">{name ? `${name} · ${roleName}` : roleName}</p>
      </div>
      {state === 'open' ? (
        <span className="text-ink-3 text-xs">Ends {longTime(expires_at, now)}</span>
      ) : (
        <Badge tone="warn">Run out</Badge>
      )}
      <Button size="sm" busy={busy} onClick={onResend} aria-label={`New link for ${email}`}>
        New link
      </Button>
      <Button size="sm" look="danger" onClick={onRevoke} aria-label={`Revoke the invitation of ${email}`}>
        Revoke
      </Button>
    </li>
  );
}
