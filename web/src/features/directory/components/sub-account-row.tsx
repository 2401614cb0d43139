import { CirclePause, CirclePlay, Ellipsis, ExternalLink, PanelRight, Trash2 } from 'lucide-react';
import type { SubAccount } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { IconButton } from '@/ui/icon-button';
import { Menu, type MenuItem } from '@/ui/menu';
import { RelativeTime } from '@/ui/relative-time';
import { StateBadge } from './state-badge';

interface Props {
  subAccount: SubAccount;
  selected: boolean;
  canWrite: boolean;
  onDetails: () => void;
  onEnter: () => void;
  onSuspend: (suspended: boolean) => void;
  onDelete: () => void;
}

export function SubAccountRow({
  subAccount,
  selected,
  canWrite,
  onDetails,
  onEnter,
  onSuspend,
  onDelete,
}: Props) {
  const { display_name, name, owner_email, state, message, phone_number, suspended, created_at } = subAccount;
  const open: MenuItem[] = [
    { label: 'Details', icon: PanelRight, onSelect: onDetails },
    {
      label: 'Go to this account',
      icon: ExternalLink,
      disabled: !subAccount.id || state !== 'ready',
      onSelect: onEnter,
    },
  ];
  const change: MenuItem[] = [
    suspended
      ? { label: 'Resume', icon: CirclePlay, onSelect: () => onSuspend(false) }
      : { label: 'Suspend', icon: CirclePause, onSelect: () => onSuspend(true) },
    { label: 'Delete…', icon: Trash2, tone: 'bad', onSelect: onDelete },
  ];
  const explains = state === 'stalled' || state === 'provisioning';
  return (
    <li
      data-testid={`sub-account-${name}`}
      data-selected={selected || undefined}
      className="flex items-center gap-3 border-line border-b px-4 py-2 hover:bg-sunken data-selected:bg-brand-soft"
    >
      <Avatar name={display_name} />
      <button type="button" onClick={onDetails} className="min-w-0 flex-[2_1_0] rounded-sm text-start">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{display_name}</span>
          <span className="truncate text-ink-3 text-xs">{name}</span>
        </span>
        <span className={`block truncate text-xs ${state === 'stalled' ? 'text-bad' : 'text-ink-3'}`}>
          {explains && message ? message : owner_email}
        </span>
      </button>
      <span className="tabular hidden w-36 shrink-0 text-ink-2 lg:block">
        <bdi>{formatPhone(phone_number ?? '')}</bdi>
      </span>
      <span className="hidden w-28 shrink-0 text-end text-ink-3 md:block">
        <RelativeTime at={created_at} />
      </span>
      <span className="flex shrink-0 justify-end sm:w-28">
        <StateBadge subAccount={subAccount} />
      </span>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Actions for ${display_name}`} />}
        groups={canWrite && state !== 'deleting' ? [open, change] : [open]}
      />
    </li>
  );
}
