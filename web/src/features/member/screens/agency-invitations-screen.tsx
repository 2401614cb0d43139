import { getRouteApi } from '@tanstack/react-router';
import { agencyPlace } from '@/features/access';
import { Invitations } from '../components/invitations';

const route = getRouteApi('/signed-in/agency/people/invitations');

export function AgencyInvitationsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Invitations
      place={agencyPlace}
      inviting={search.invite ?? false}
      onInvite={(invite) => navigate({ search: { invite: invite || undefined } })}
    />
  );
}
