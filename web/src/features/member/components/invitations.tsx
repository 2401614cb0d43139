import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MailPlus, UserPlus } from 'lucide-react';
import { PeopleHeader, type Place } from '@/features/access';
import { rolesQuery } from '@/features/role';
import { explain, type SentInvitation } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { SidePanel } from '@/ui/side-panel';
import { invitationsQuery, resend, revoke } from '../invitations';
import { InvitationRow } from './invitation-row';
import { InviteForm } from './invite-form';
import { LinkOnce } from './link-once';
import { PeopleSkeleton } from './people-skeleton';

interface Props {
  place: Place;
  inviting: boolean;
  onInvite: (open: boolean) => void;
}

/** Who was asked to come and has not come yet. */
export function Invitations({ place, inviting, onInvite }: Props) {
  const client = useQueryClient();
  const query = invitationsQuery(place);
  const { data, error, refetch } = useQuery(query);
  const { data: roles = [] } = useQuery(rolesQuery(place));
  const renew = useMutation({
    mutationFn: (invitation: SentInvitation) => resend(place, invitation.id),
    onSuccess: () => client.invalidateQueries({ queryKey: query.queryKey }),
    onError: (problem) => toast({ title: 'No new link was made', detail: explain(problem), tone: 'bad' }),
  });
  useCommands([
    {
      id: 'member.invite',
      title: 'Invite somebody',
      group: 'People',
      keys: 'c',
      icon: UserPlus,
      run: () => onInvite(true),
    },
  ]);
  const withdraw = (invitation: SentInvitation) => {
    const before = client.getQueryData(query.queryKey);
    client.setQueryData(query.queryKey, (list) => list?.filter(({ id }) => id !== invitation.id));
    undoable({
      title: `The invitation of ${invitation.email} revoked`,
      commit: () => revoke(place, invitation.id),
      revert: () => client.setQueryData(query.queryKey, before),
    });
  };
  const button = (
    <Button look="primary" icon={UserPlus} onClick={() => onInvite(true)}>
      Invite
    </Button>
  );
  return (
    <>
      <PeopleHeader place={place} note={data?.length || undefined} actions={button} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <PeopleSkeleton />
        ) : data.length === 0 ? (
          <EmptyState icon={MailPlus} title="Nobody is invited" action={button}>
            Whom you invite gets a link, good for a week and for one person.
          </EmptyState>
        ) : (
          <ul>
            {data.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                invitation={invitation}
                roleName={roles.find(({ id }) => id === invitation.role)?.name ?? invitation.role}
                busy={renew.isPending && renew.variables.id === invitation.id}
                onResend={() => renew.mutate(invitation)}
                onRevoke={() => withdraw(invitation)}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel
        open={inviting}
        onClose={() => onInvite(false)}
        title={'agency' in place ? 'Invite somebody to the agency' : 'Invite somebody'}
      >
        <InviteForm place={place} onClose={() => onInvite(false)} />
      </SidePanel>
      <Modal open={Boolean(renew.data?.link)} onClose={renew.reset} title="A new link">
        {renew.data?.link && (
          <LinkOnce link={renew.data.link} expiresAt={renew.data.expires_at} onClose={renew.reset}>
            {`Send this to ${renew.data.email}, and to nobody else. The former link has ended.`}
          </LinkOnce>
        )}
      </Modal>
    </>
  );
}
