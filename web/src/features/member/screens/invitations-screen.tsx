import { getRouteApi } from '@tanstack/react-router';
import { Invitations } from '../components/invitations';

const route = getRouteApi('/signed-in/a/$account/people/invitations');

export function InvitationsScreen() {
  const { account } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Invitations
      place={{ account }}
      inviting={search.invite ?? false}
      onInvite={(invite) => navigate({ search: { invite: invite || undefined } })}
    />
  );
}
