import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { membersQuery } from '@/features/access';
import { AuditLog } from '../components/audit-log';
import { RetentionButton } from '../components/retention-button';

const route = getRouteApi('/signed-in/a/$account/audit');

/** Who did what to which record of a sub-account. */
export function AuditScreen() {
  const { account } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: people = [] } = useQuery(membersQuery(account));
  return (
    <AuditLog
      place={{ account }}
      people={people}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      settings={<RetentionButton key={account} place={{ account }} />}
    />
  );
}
