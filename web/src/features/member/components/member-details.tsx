import { useMutation } from '@tanstack/react-query';
import { Eraser, Eye, KeyRound, ShieldOff, UserMinus } from 'lucide-react';
import type { Place } from '@/features/access';
import { reachOf } from '@/features/role';
import { explain, type Member, type Role } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { RelativeTime } from '@/ui/relative-time';
import { issueReset, resetSecondFactor } from '../api';
import { LinkOnce } from './link-once';
import type { MemberActions } from './member-row';
import { PersonSessions } from './person-sessions';
import { RoleSelect } from './role-select';

interface Props {
  place: Place;
  member: Member;
  role: Role | undefined;
  choices: readonly Role[];
  /** Sessions and passwords are for those who may do all that the person does. */
  manages: boolean;
  actions: Omit<MemberActions, 'onDetails'>;
}

/** Somebody, what they may do here, and the help they need when they are locked out. */
export function MemberDetails({ place, member, role, choices, manages, actions }: Props) {
  const { onRole, onRemove, onErase, onEnter } = actions;
  const reset = useMutation({ mutationFn: () => issueReset(place, member.id) });
  const factor = useMutation({
    mutationFn: () => resetSecondFactor(member.id),
    onSuccess: () => toast({ title: `${member.name} signs in by their password alone`, tone: 'good' }),
  });
  const problem = reset.error ?? factor.error;
  const reach = role && reachOf(role.reach);
  return (
    <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
      <div className="flex items-center gap-3">
        <Avatar name={member.name} size="lg" />
        <div className="min-w-0">
          <p className="truncate font-medium text-base">{member.name}</p>
          <p className="truncate text-ink-3">{member.email}</p>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-ink-3 text-xs">
        <Badge tone={member.mfa ? 'good' : 'warn'}>
          {member.mfa ? 'Two-step sign-in' : 'Password alone'}
        </Badge>
        <span>
          Joined <RelativeTime at={member.joined_at} />
        </span>
        {member.last_seen_at && (
          <span>
            · seen <RelativeTime at={member.last_seen_at} />
          </span>
        )}
      </div>
      {onRole ? (
        <Field label="Role" hint={reach && `Reaches: ${reach.label.toLowerCase()}. ${reach.text}`}>
          {(slot) => (
            <RoleSelect
              {...slot}
              roles={choices}
              value={member.role}
              onChange={({ target }) => {
                const next = choices.find(({ id }) => id === target.value);
                if (next) onRole(next);
              }}
            />
          )}
        </Field>
      ) : (
        <section>
          <h3 className="font-medium text-ink-2 text-xs">Role</h3>
          <p className="mt-1">{member.role_name}</p>
          {reach && <p className="text-ink-3 text-xs">{reach.text}</p>}
          {'account' in place && member.level === 'agency' && (
            <p className="text-ink-3 text-xs">One of the agency’s people: their role is changed there.</p>
          )}
        </section>
      )}
      {manages && (
        <section className="flex flex-col gap-2">
          <h3 className="font-medium text-ink-2 text-xs">Signed in</h3>
          <PersonSessions place={place} person={member.id} />
        </section>
      )}
      {reset.data && (
        <LinkOnce link={reset.data.link} expiresAt={reset.data.expires_at} onClose={reset.reset}>
          {`Send this to ${reset.data.email}, and to nobody else.`}
        </LinkOnce>
      )}
      {problem && (
        <Banner tone="bad" role="alert">
          {explain(problem)}
        </Banner>
      )}
      <div className="flex flex-wrap gap-2">
        {onEnter && (
          <Button icon={Eye} onClick={onEnter}>
            View as…
          </Button>
        )}
        {manages && !reset.data && (
          <Button icon={KeyRound} busy={reset.isPending} onClick={() => reset.mutate()}>
            Link for a new password
          </Button>
        )}
        {manages && 'agency' in place && member.mfa && !factor.isSuccess && (
          <Button icon={ShieldOff} busy={factor.isPending} onClick={() => factor.mutate()}>
            Take the second factor away
          </Button>
        )}
        {onRemove && (
          <Button look="danger" icon={UserMinus} onClick={onRemove}>
            Remove
          </Button>
        )}
        {onErase && (
          <Button look="danger" icon={Eraser} onClick={onErase}>
            Erase…
          </Button>
        )}
      </div>
    </div>
  );
}
