import { getRouteApi } from '@tanstack/react-router';
import { Members } from '../components/members';

const route = getRouteApi('/signed-in/a/$account/people/');

export function MembersScreen() {
  const { account } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Members
      place={{ account }}
      search={search}
      onSearch={(next) => navigate({ search: next, replace: next.q !== search.q })}
    />
  );
}
