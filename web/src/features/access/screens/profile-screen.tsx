import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { chooseTheme, useThemeChoice } from '@/lib/theme';
import { toast } from '@/lib/toast';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Modal } from '@/ui/modal';
import { PageHeader } from '@/ui/page-header';
import { Segmented } from '@/ui/segmented';
import { SettingRow } from '@/ui/setting-row';
import { signOut, useSession } from '../api';
import { TotpRemoval } from '../components/totp-removal';
import { TotpSetup } from '../components/totp-setup';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** What belongs to the person, whatever the account. */
export function ProfileScreen() {
  const { person, agency, mfa_required: mfaRequired } = useSession();
  const theme = useThemeChoice();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'on' | 'off' | null>(null);
  const leave = useMutation({
    mutationFn: () => signOut(client, true),
    onSuccess: () => navigate({ to: '/sign-in' }),
    onError: (error) => toast({ title: 'You are still signed in', detail: explain(error), tone: 'bad' }),
  });
  return (
    <>
      <PageHeader title="Profile" />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-2xl flex-col gap-6 p-4 md:py-8">
          <div className="flex items-center gap-3">
            <Avatar name={person.name} size="lg" />
            <div className="min-w-0">
              <p className="truncate font-medium text-base">{person.name}</p>
              <p className="truncate text-ink-3">{person.email}</p>
            </div>
          </div>
          {mfaRequired && (
            <Banner
              tone="warn"
              icon={ShieldAlert}
              role="status"
              action={
                <Button size="sm" onClick={() => setAsking('on')}>
                  Set it up now
                </Button>
              }
            >
              {agency.name} asks for two-step sign-in. Set it up, which takes a minute, and everything else
              opens.
            </Banner>
          )}
          <div className="divide-y divide-line rounded-lg border border-line">
            <SettingRow title="Theme" text="Light, dark, or as your system says.">
              <Segmented label="Theme" value={theme} options={themes} onChange={chooseTheme} />
            </SettingRow>
            <SettingRow
              title="Two-step sign-in"
              text="A code from your phone besides the password. A stolen password alone is then worth nothing."
            >
              {person.totp_enabled && (
                <Badge tone="good">
                  <ShieldCheck aria-hidden size={12} /> On
                </Badge>
              )}
              <Button onClick={() => setAsking(person.totp_enabled ? 'off' : 'on')}>
                {person.totp_enabled ? 'Turn off' : 'Set up'}
              </Button>
            </SettingRow>
            <SettingRow
              title="Sign out everywhere"
              text="Ends every session of yours, on every machine, this one too."
            >
              <Button icon={LogOut} busy={leave.isPending} onClick={() => leave.mutate()}>
                Sign out everywhere
              </Button>
            </SettingRow>
          </div>
        </div>
      </div>
      <Modal open={asking === 'on'} onClose={() => setAsking(null)} title="Set up two-step sign-in">
        <TotpSetup onDone={() => setAsking(null)} />
      </Modal>
      <Modal open={asking === 'off'} onClose={() => setAsking(null)} title="Turn off two-step sign-in">
        <TotpRemoval onDone={() => setAsking(null)} />
      </Modal>
    </>
  );
}
