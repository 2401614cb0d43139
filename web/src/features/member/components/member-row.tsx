import { Ellipsis, Eye, PanelRight, ShieldCheck, UserMinus } from 'lucide-react';
import { reachOf } from '@/features/role';
import type { Member, Role } from '@/lib/api';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/icon-button';
import { Menu } from '@/ui/menu';
import { RelativeTime } from '@/ui/relative-time';
import { RoleSelect } from './role-select';

export interface MemberActions {
  onDetails: () => void;
  /** Absent where the role can't be changed. */
  onRole?: (role: Role) => void;
  onRemove?: () => void;
  /** Absent where the agency's audit is not theirs to change. */
  onErase?: () => void;
  onEnter?: () => void;
}

interface Props {
  member: Member;
  self: boolean;
  selected: boolean;
  /** Those to choose from, the present one among them. */
  choices: readonly Role[];
  reach: string | undefined;
  /** It is the list of a sub-account, where the agency's people are guests. */
  inAccount: boolean;
  actions: MemberActions;
}

export function MemberRow({ member, self, selected, choices, reach, inAccount, actions }: Props) {
  const { onDetails, onRole, onRemove, onEnter } = actions;
  return (
    <li
      data-testid={`member-${member.email}`}
      data-selected={selected || undefined}
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-2 hover:bg-sunken data-selected:bg-brand-soft"
    >
      <Avatar name={member.name} />
      <button type="button" onClick={onDetails} className="min-w-0 flex-1 basis-40 rounded-sm text-start">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{member.name}</span>
          {self && <Badge>You</Badge>}
          {inAccount && member.level === 'agency' && <Badge>Agency</Badge>}
        </span>
        <span className="block truncate text-ink-3 text-xs">{member.email}</span>
      </button>
      <span className="hidden w-28 shrink-0 text-ink-3 text-xs lg:block">
        {member.mfa && (
          <span className="inline-flex items-center gap-1 text-good">
            <ShieldCheck aria-hidden size={13} /> Two-step
          </span>
        )}
      </span>
      <span className="hidden w-28 shrink-0 text-end text-ink-3 text-xs md:block">
        {member.last_seen_at ? <RelativeTime at={member.last_seen_at} /> : 'Not signed in'}
      </span>
      <span className="order-last flex min-w-0 basis-full items-center gap-2 ps-10 sm:order-none sm:w-72 sm:basis-auto sm:ps-0">
        {onRole ? (
          <RoleSelect
            aria-label={`Role of ${member.name}`}
            className="w-40"
            roles={choices}
            value={member.role}
            onChange={({ target }) => {
              const role = choices.find(({ id }) => id === target.value);
              if (role) onRole(role);
            }}
          />
        ) : (
          <span className="w-40 truncate px-2.5 text-ink-2">{member.role_name}</span>
        )}
        {reach && (
          <span title={reachOf(reach).text} className={reach === 'all' ? 'hidden lg:inline' : undefined}>
            <Badge tone={reach === 'all' ? 'neutral' : 'info'}>{reachOf(reach).label}</Badge>
          </span>
        )}
      </span>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Actions for ${member.name}`} />}
        groups={[
          [
            { label: 'Details', icon: PanelRight, onSelect: onDetails },
            ...(onEnter ? [{ label: 'View as…', icon: Eye, onSelect: onEnter }] : []),
          ],
          ...(onRemove
            ? [[{ label: 'Remove', icon: UserMinus, tone: 'bad' as const, onSelect: onRemove }]]
            : []),
        ]}
      />
    </li>
  );
}
