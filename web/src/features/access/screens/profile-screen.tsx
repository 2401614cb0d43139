import { useQueryClient } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
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
import { useSession } from '../api';
import { ConnectedApps } from '../components/connected-apps';
import { MyPlaces } from '../components/my-places';
import { NewPasswordForm } from '../components/new-password-form';
import { NewRecoveryCodes } from '../components/new-recovery-codes';
import { OwnSessions } from '../components/own-sessions';
import { Passkeys } from '../components/passkeys';
import { ProfileSection } from '../components/profile-section';
import { TotpRemoval } from '../components/totp-removal';
import { TotpSetup } from '../components/totp-setup';
import { changePassword, ownSessionsQuery } from '../security';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** What belongs to the person, whatever the account. */
export function ProfileScreen() {
  const { person, agency, mfa_required: mfaRequired, impersonation } = useSession();
  const client = useQueryClient();
  const theme = useThemeChoice();
  const [asking, setAsking] = useState<'on' | 'off' | 'codes' | 'password' | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <PageHeader title="Profile" />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-2xl flex-col gap-8 p-4 md:py-8">
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
              {agency.name} asks for two-step sign-in. Set it up, or add a passkey, which takes a minute, and
              everything else opens.
            </Banner>
          )}
          <div className="divide-y divide-line rounded-lg border border-line">
            <SettingRow title="Theme" text="Light, dark, or as your system says.">
              <Segmented label="Theme" value={theme} options={themes} onChange={chooseTheme} />
            </SettingRow>
            {!impersonation && (
              <>
                <SettingRow title="Password" text="A new one ends your sessions on other machines.">
                  <Button onClick={() => setAsking('password')}>Change password</Button>
                </SettingRow>
                <SettingRow
                  title="Two-step sign-in"
                  text="A code from your phone besides the password. A stolen password alone is then worth nothing."
                >
                  {person.totp_enabled && (
                    <>
                      <Badge tone="good">
                        <ShieldCheck aria-hidden size={12} /> On
                      </Badge>
                      <Button onClick={() => setAsking('codes')}>Recovery codes</Button>
                    </>
                  )}
                  <Button onClick={() => setAsking(person.totp_enabled ? 'off' : 'on')}>
                    {person.totp_enabled ? 'Turn off' : 'Set up'}
                  </Button>
                </SettingRow>
              </>
            )}
          </div>
          {impersonation ? (
            <Banner>
              Passwords, second factors and sessions are {person.name}’s own. Be yourself again to see yours.
            </Banner>
          ) : (
            <ProfileSection
              title="Passkeys"
              text="Your finger, your face or your device’s PIN instead of a password. Nothing that could be stolen leaves the device."
            >
              <Passkeys />
            </ProfileSection>
          )}
          {!impersonation && !mfaRequired && (
            <ProfileSection
              title="Where you are signed in"
              text="End what you don’t know, then change your password."
            >
              <OwnSessions />
            </ProfileSection>
          )}
          {!impersonation && !mfaRequired && (
            <ProfileSection
              title="Connected apps"
              text="Apps of others that act for you, where and as far as you let them."
            >
              <ConnectedApps />
            </ProfileSection>
          )}
          <ProfileSection title="Where you work" text="Each place has its own role.">
            <MyPlaces />
          </ProfileSection>
        </div>
      </div>
      <Modal open={asking === 'on'} onClose={close} title="Set up two-step sign-in">
        <TotpSetup onDone={close} />
      </Modal>
      <Modal open={asking === 'off'} onClose={close} title="Turn off two-step sign-in">
        <TotpRemoval onDone={close} />
      </Modal>
      <Modal open={asking === 'codes'} onClose={close} title="New recovery codes">
        <NewRecoveryCodes onDone={close} />
      </Modal>
      <Modal open={asking === 'password'} onClose={close} title="Change your password">
        <NewPasswordForm
          email={person.email}
          asksPresent
          submit="Change password"
          save={({ present, password }) => changePassword({ password: present, new_password: password })}
          onDone={() => {
            close();
            toast({
              title: 'Your password is changed',
              detail: 'Other machines are signed out.',
              tone: 'good',
            });
            void client.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
          }}
        />
      </Modal>
    </>
  );
}
