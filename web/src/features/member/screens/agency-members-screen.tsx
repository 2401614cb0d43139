import { getRouteApi } from '@tanstack/react-router';
import { agencyPlace } from '@/features/access';
import { Members } from '../components/members';

const route = getRouteApi('/signed-in/agency/people/');

export function AgencyMembersScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Members
      place={agencyPlace}
      search={search}
      onSearch={(next) => navigate({ search: next, replace: next.q !== search.q })}
    />
  );
}
