import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { signOut, useSession } from '@/features/access';
import { explain } from '@/lib/api';
import { chooseTheme, useThemeChoice } from '@/lib/theme';
import { toast } from '@/lib/toast';
import { Avatar } from '@/ui/avatar';
import { Menu } from '@/ui/menu';

export function UserMenu({ collapsed, onLeave }: { collapsed: boolean; onLeave?: () => void }) {
  const { person } = useSession();
  const theme = useThemeChoice();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    try {
      await signOut(client);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      toast({ title: 'You are still signed in', detail: explain(error), tone: 'bad' });
    }
  };
  const profile = () => {
    onLeave?.();
    void navigate({ to: '/profile' });
  };
  return (
    <Menu
      align="start"
      side="top"
      header={person.email}
      groups={[
        [{ label: 'Profile', icon: UserRound, onSelect: profile }],
        [
          { label: 'Light', icon: Sun, checked: theme === 'light', onSelect: () => chooseTheme('light') },
          { label: 'Dark', icon: Moon, checked: theme === 'dark', onSelect: () => chooseTheme('dark') },
          {
            label: 'As the system',
            icon: Monitor,
            checked: theme === 'system',
            onSelect: () => chooseTheme('system'),
          },
        ],
        [{ label: 'Sign out', icon: LogOut, onSelect: () => void leave() }],
      ]}
      trigger={
        <button
          type="button"
          aria-label={`${person.name}: profile, theme, sign out`}
          className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-1 text-start hover:bg-hover"
        >
          <Avatar name={person.name} />
          {!collapsed && <span className="truncate font-medium text-ink-2">{person.name}</span>}
        </button>
      }
    />
  );
}
