import {
  AppWindow,
  Briefcase,
  Building2,
  FileUp,
  Inbox,
  Keyboard,
  KeyRound,
  ListRestart,
  ListTodo,
  PanelLeft,
  ScrollText,
  Search,
  TextCursorInput,
  UserRoundCog,
  UsersRound,
  Webhook,
} from 'lucide-react';
import { allows, allowsIn, type Permission, useSession } from '@/features/access';
import { cx } from '@/lib/cx';
import { IconButton } from '@/ui/icon-button';
import { AccountSwitcher } from './account-switcher';
import { RailItem } from './rail-item';
import { toggleRail } from './rail-state';
import { UserMenu } from './user-menu';

interface Props {
  account: string | undefined;
  collapsed: boolean;
  onSearch: () => void;
  onShortcuts: () => void;
  /** Called before something opens over the drawer. */
  onLeave?: () => void;
}

export function RailContent({ account, collapsed, onSearch, onShortcuts, onLeave }: Props) {
  const session = useSession();
  const known = session.sub_accounts?.some(({ id }) => id === account) ? account : undefined;
  // Of a role in another sub-account nothing follows for this one.
  const may = (permission: Permission) =>
    known !== undefined && allowsIn(session, { account: known }, permission);
  const leaving = (then: () => void) => () => {
    onLeave?.();
    then();
  };
  return (
    <>
      <div className="p-2">
        <AccountSwitcher account={known} collapsed={collapsed} onLeave={onLeave} />
      </div>
      <nav
        aria-label="Main"
        className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-2 pb-2"
      >
        <button
          type="button"
          onClick={leaving(onSearch)}
          aria-label="Find a command"
          className={cx(
            'flex h-8 shrink-0 items-center gap-2.5 rounded-md border border-line bg-page px-2.5 text-ink-3 hover:border-line-strong',
            collapsed && 'justify-center px-0',
          )}
        >
          <Search aria-hidden size={15} strokeWidth={1.75} className="shrink-0" />
          {!collapsed && <span className="flex-1 text-start">Find…</span>}
        </button>
        {known && (
          <ul className="flex flex-col gap-0.5">
            <RailItem
              icon={Inbox}
              label="Inbox"
              keys="g i"
              collapsed={collapsed}
              to="/a/$account/inbox"
              params={{ account: known }}
            />
            <RailItem
              icon={UsersRound}
              label="Contacts"
              keys="g c"
              collapsed={collapsed}
              to="/a/$account/contacts"
              params={{ account: known }}
            />
            <RailItem
              icon={Briefcase}
              label="Companies"
              keys="g o"
              collapsed={collapsed}
              to="/a/$account/companies"
              params={{ account: known }}
            />
            <RailItem
              icon={ListTodo}
              label="Tasks"
              keys="g t"
              collapsed={collapsed}
              to="/a/$account/tasks"
              params={{ account: known }}
            />
            <RailItem
              icon={FileUp}
              label="Imports"
              collapsed={collapsed}
              to="/a/$account/imports"
              params={{ account: known }}
            />
            {may('members.read') && (
              <RailItem
                icon={UserRoundCog}
                label="People"
                keys="g m"
                collapsed={collapsed}
                to="/a/$account/people"
                params={{ account: known }}
              />
            )}
            {may('jobs.manage') && (
              <RailItem
                icon={ListRestart}
                label="Background work"
                keys="g w"
                collapsed={collapsed}
                to="/a/$account/work"
                params={{ account: known }}
              />
            )}
            {may('audit.read') && (
              <RailItem
                icon={ScrollText}
                label="Audit"
                keys="g h"
                collapsed={collapsed}
                to="/a/$account/audit"
                params={{ account: known }}
              />
            )}
            {may('fields.manage') && (
              <RailItem
                icon={TextCursorInput}
                label="Custom fields"
                collapsed={collapsed}
                to="/a/$account/settings/fields"
                params={{ account: known }}
              />
            )}
            {may('keys.manage') && (
              <RailItem
                icon={KeyRound}
                label="API keys"
                collapsed={collapsed}
                to="/a/$account/settings/api-keys"
                params={{ account: known }}
              />
            )}
            {may('webhooks.manage') && (
              <RailItem
                icon={Webhook}
                label="Webhooks"
                collapsed={collapsed}
                to="/a/$account/settings/webhooks"
                params={{ account: known }}
              />
            )}
          </ul>
        )}
        {allows(session, 'agency.sub_accounts.read') && (
          <div>
            {!collapsed && <h2 className="px-2.5 pb-1 font-medium text-2xs text-ink-3">Agency</h2>}
            <ul className="flex flex-col gap-0.5">
              <RailItem
                icon={Building2}
                label="Sub-accounts"
                keys="g a"
                collapsed={collapsed}
                to="/agency/sub-accounts"
              />
              {allows(session, 'agency.members.read') && (
                <RailItem
                  icon={UserRoundCog}
                  label="Agency people"
                  collapsed={collapsed}
                  to="/agency/people"
                />
              )}
              {allows(session, 'agency.jobs.read') && (
                <RailItem
                  icon={ListRestart}
                  label="Parked work"
                  collapsed={collapsed}
                  to="/agency/parked-work"
                />
              )}
              {allows(session, 'agency.audit.read') && (
                <RailItem icon={ScrollText} label="Agency audit" collapsed={collapsed} to="/agency/audit" />
              )}
              {allows(session, 'agency.keys.manage') && (
                <RailItem
                  icon={KeyRound}
                  label="Agency API keys"
                  collapsed={collapsed}
                  to="/agency/api-keys"
                />
              )}
              {allows(session, 'agency.oauth_apps.manage') && (
                <RailItem icon={AppWindow} label="Apps" collapsed={collapsed} to="/agency/apps" />
              )}
            </ul>
          </div>
        )}
      </nav>
      <div
        className={cx(
          'flex gap-1 border-line border-t p-2',
          collapsed ? 'flex-col items-center' : 'items-center',
        )}
      >
        <UserMenu collapsed={collapsed} onLeave={onLeave} />
        <IconButton icon={Keyboard} label="Keyboard shortcuts" keys="?" onClick={leaving(onShortcuts)} />
        <IconButton
          icon={PanelLeft}
          label={collapsed ? 'Open the rail' : 'Collapse the rail'}
          keys="["
          onClick={toggleRail}
          className="hidden md:inline-flex rtl:-scale-x-100"
        />
      </div>
    </>
  );
}
