import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { SidePanel } from '@/ui/side-panel';
import { rolesQuery } from '../api';
import { RoleDetails } from '../components/role-details';
import { Roles } from '../components/roles';

const route = getRouteApi('/signed-in/a/$account/people/roles');

/** What the roles mean that people of this sub-account can hold; the agency changes them. */
export function AccountRolesScreen() {
  const { account } = route.useParams();
  const { show, role: open } = route.useSearch();
  const navigate = route.useNavigate();
  const place = { account };
  const { data } = useQuery(rolesQuery(place));
  const role = data?.find(({ id }) => id === open);
  return (
    <>
      <Roles
        place={place}
        asList={show === 'list'}
        onShow={(asList) => navigate({ search: { show: asList ? 'list' : undefined }, replace: true })}
        onOpen={({ id }) => navigate({ search: { show, role: id } })}
      />
      <SidePanel open={Boolean(role)} onClose={() => navigate({ search: { show } })} title={role?.name ?? ''}>
        {role && <RoleDetails role={role} />}
      </SidePanel>
    </>
  );
}
