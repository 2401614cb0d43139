import { useNavigate } from '@tanstack/react-router';
import { Building2, ChevronsUpDown } from 'lucide-react';
import { allows, useSession } from '@/features/access';
import { BrandMark, useBrand } from '@/features/branding';
import { cx } from '@/lib/cx';
import { Menu, type MenuItem } from '@/ui/menu';

interface Props {
  account: string | undefined;
  collapsed: boolean;
  onLeave?: () => void;
}

/** Where one is, and every other account one may go to. Typing a letter jumps to it. */
export function AccountSwitcher({ account, collapsed, onLeave }: Props) {
  const brand = useBrand();
  const { agency, sub_accounts: accounts, ...session } = useSession();
  const navigate = useNavigate();
  const current = accounts?.find(({ id }) => id === account);
  const label = current?.name ?? agency.name;
  const entries: MenuItem[] = (accounts ?? []).map(({ id, name, status }) => ({
    label: /suspend/i.test(status) ? `${name} (suspended)` : name,
    checked: id === account,
    onSelect: () => {
      onLeave?.();
      void navigate({ to: '/a/$account/inbox', params: { account: id } });
    },
  }));
  const console: MenuItem = {
    label: 'Agency console',
    icon: Building2,
    onSelect: () => {
      onLeave?.();
      void navigate({ to: '/agency/sub-accounts' });
    },
  };
  const isAgency = allows({ agency, sub_accounts: accounts, ...session }, 'agency.sub_accounts.read');
  return (
    <Menu
      align="start"
      header={agency.name}
      groups={[...(entries.length > 0 ? [entries] : []), ...(isAgency ? [[console]] : [])]}
      trigger={
        <button
          type="button"
          aria-label={`Account: ${label}. Switch`}
          data-testid="account-switcher"
          className={cx(
            'flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-start hover:bg-hover',
            collapsed && 'justify-center px-0',
          )}
        >
          <BrandMark brand={brand} />
          {!collapsed && (
            <>
              <span className="flex min-w-0 flex-1 flex-col leading-4">
                <span className="truncate font-semibold">{label}</span>
                {current && <span className="truncate text-2xs text-ink-3">{agency.name}</span>}
              </span>
              <ChevronsUpDown aria-hidden size={14} className="shrink-0 text-ink-3" />
            </>
          )}
        </button>
      }
    />
  );
}
