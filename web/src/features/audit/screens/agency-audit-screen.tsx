import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { agencyPlace, allows, useSession } from '@/features/access';
import { agencyPeopleQuery } from '../api';
import { AuditLog } from '../components/audit-log';
import { RetentionButton } from '../components/retention-button';

const route = getRouteApi('/signed-in/agency/audit');

/** Who signed in, and who changed people, roles, keys and sub-accounts. */
export function AgencyAuditScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const readsPeople = allows(useSession(), 'agency.members.read');
  const { data: people = [] } = useQuery({ ...agencyPeopleQuery, enabled: readsPeople });
  return (
    <AuditLog
      place={agencyPlace}
      people={people}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      settings={<RetentionButton place={agencyPlace} />}
    />
  );
}
