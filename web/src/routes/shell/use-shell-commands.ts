import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  BookOpen,
  Briefcase,
  Building2,
  FileUp,
  Inbox,
  Keyboard,
  KeyRound,
  ListRestart,
  ListTodo,
  LogOut,
  Moon,
  PanelLeft,
  ScrollText,
  Search,
  Sun,
  UserRound,
  UserRoundCog,
  UsersRound,
  Webhook,
} from 'lucide-react';
import { allows, allowsIn, signOut, useSession } from '@/features/access';
import { type Command, useCommands } from '@/lib/commands';
import { chooseTheme } from '@/lib/theme';
import { toggleRail } from './rail-state';

interface Options {
  account: string | undefined;
  openPalette: () => void;
  openShortcuts: () => void;
}

/** What can be done from everywhere. */
export function useShellCommands({ account, openPalette, openShortcuts }: Options): void {
  const session = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const go = 'Go to';
  const inAccount: Command[] = account
    ? [
        {
          id: 'go.inbox',
          title: 'Inbox',
          group: go,
          keys: 'g i',
          icon: Inbox,
          run: () => navigate({ to: '/a/$account/inbox', params: { account } }),
        },
        {
          id: 'go.contacts',
          title: 'Contacts',
          group: go,
          keys: 'g c',
          icon: UsersRound,
          run: () => navigate({ to: '/a/$account/contacts', params: { account } }),
        },
        {
          id: 'go.companies',
          title: 'Companies',
          group: go,
          keys: 'g o',
          icon: Briefcase,
          words: 'organisations accounts',
          run: () => navigate({ to: '/a/$account/companies', params: { account } }),
        },
        {
          id: 'go.tasks',
          title: 'Tasks',
          group: go,
          keys: 'g t',
          icon: ListTodo,
          words: 'to do due reminders',
          run: () => navigate({ to: '/a/$account/tasks', params: { account } }),
        },
        {
          id: 'go.imports',
          title: 'Imports',
          group: go,
          icon: FileUp,
          words: 'csv upload file contacts',
          run: () => navigate({ to: '/a/$account/imports', params: { account } }),
        },
        ...(allowsIn(session, { account }, 'members.read')
          ? [
              {
                id: 'go.people',
                title: 'People',
                group: go,
                keys: 'g m',
                icon: UserRoundCog,
                words: 'members roles teams invitations team users',
                run: () => navigate({ to: '/a/$account/people', params: { account } }),
              },
            ]
          : []),
        ...(allowsIn(session, { account }, 'jobs.manage')
          ? [
              {
                id: 'go.work',
                title: 'Background work',
                group: go,
                keys: 'g w',
                icon: ListRestart,
                words: 'jobs failed parked replay progress',
                run: () => navigate({ to: '/a/$account/work', params: { account } }),
              },
            ]
          : []),
        ...(allowsIn(session, { account }, 'audit.read')
          ? [
              {
                id: 'go.audit',
                title: 'Audit',
                group: go,
                keys: 'g h',
                icon: ScrollText,
                words: 'history log changes who did what verify export',
                run: () => navigate({ to: '/a/$account/audit', params: { account } }),
              },
            ]
          : []),
        ...(allowsIn(session, { account }, 'keys.manage')
          ? [
              {
                id: 'go.keys',
                title: 'API keys',
                group: go,
                icon: KeyRound,
                run: () => navigate({ to: '/a/$account/settings/api-keys', params: { account } }),
              },
            ]
          : []),
        ...(allowsIn(session, { account }, 'webhooks.manage')
          ? [
              {
                id: 'go.webhooks',
                title: 'Webhooks',
                group: go,
                icon: Webhook,
                words: 'events url delivery secret',
                run: () => navigate({ to: '/a/$account/settings/webhooks', params: { account } }),
              },
            ]
          : []),
      ]
    : [];
  const inAgency: Command[] = allows(session, 'agency.sub_accounts.read')
    ? [
        {
          id: 'go.sub-accounts',
          title: 'Sub-accounts',
          group: go,
          keys: 'g a',
          icon: Building2,
          run: () => navigate({ to: '/agency/sub-accounts' }),
        },
        ...(allows(session, 'agency.members.read')
          ? [
              {
                id: 'go.agency-people',
                title: 'Agency people',
                group: go,
                icon: UserRoundCog,
                words: 'members roles invitations security second factor',
                run: () => navigate({ to: '/agency/people' }),
              },
              {
                id: 'go.agency-providers',
                title: 'Identity providers',
                group: go,
                icon: UserRoundCog,
                words: 'sso single sign-on oidc google microsoft okta',
                run: () => navigate({ to: '/agency/people/providers' }),
              },
              {
                id: 'go.agency-roles',
                title: 'Roles',
                group: go,
                icon: UserRoundCog,
                words: 'permissions matrix',
                run: () => navigate({ to: '/agency/people/roles' }),
              },
            ]
          : []),
        ...(allows(session, 'agency.audit.read')
          ? [
              {
                id: 'go.agency-audit',
                title: 'Agency audit',
                group: go,
                icon: ScrollText,
                words: 'history log sign-ins changes verify export',
                run: () => navigate({ to: '/agency/audit' }),
              },
            ]
          : []),
        ...(allows(session, 'agency.jobs.read')
          ? [
              {
                id: 'go.parked-work',
                title: 'Parked work',
                group: go,
                icon: ListRestart,
                words: 'jobs failed replay',
                run: () => navigate({ to: '/agency/parked-work' }),
              },
            ]
          : []),
      ]
    : [];
  const switching: Command[] = (session.sub_accounts ?? [])
    .filter(({ id }) => id !== account)
    .map(({ id, name }) => ({
      id: `switch.${id}`,
      title: `Switch to ${name}`,
      group: 'Accounts',
      icon: Building2,
      run: () => navigate({ to: '/a/$account/inbox', params: { account: id } }),
    }));
  useCommands([
    ...inAccount,
    ...inAgency,
    {
      id: 'go.profile',
      title: 'Profile',
      group: go,
      keys: 'g p',
      icon: UserRound,
      run: () => navigate({ to: '/profile' }),
    },
    {
      id: 'go.docs',
      title: 'API reference',
      group: go,
      icon: BookOpen,
      run: () => window.open('/api/docs', '_blank', 'noreferrer'),
    },
    ...switching,
    {
      id: 'palette',
      title: 'Find a command',
      group: 'General',
      keys: 'mod+k',
      icon: Search,
      palette: false,
      run: openPalette,
    },
    {
      id: 'shortcuts',
      title: 'Keyboard shortcuts',
      group: 'General',
      keys: '?',
      icon: Keyboard,
      run: openShortcuts,
    },
    {
      id: 'rail',
      title: 'Collapse or open the rail',
      group: 'General',
      keys: '[',
      icon: PanelLeft,
      run: toggleRail,
    },
    { id: 'theme.light', title: 'Light theme', group: 'General', icon: Sun, run: () => chooseTheme('light') },
    { id: 'theme.dark', title: 'Dark theme', group: 'General', icon: Moon, run: () => chooseTheme('dark') },
    {
      id: 'sign-out',
      title: 'Sign out',
      group: 'General',
      icon: LogOut,
      run: () => void signOut(client).then(() => navigate({ to: '/sign-in' })),
    },
  ]);
}
