import { Link } from '@tanstack/react-router';
import { Badge } from '@/ui/badge';
import { useSession } from '../api';

const reaches: Record<string, string> = { team: 'Teams’ contacts', assigned: 'Own contacts' };

/** Every place where I work, and as what. */
export function MyPlaces() {
  const { agency, sub_accounts } = useSession();
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {agency.role_name && (
        <li className="flex items-center gap-3 px-3 py-2">
          <span className="min-w-0 flex-1 truncate font-medium">{agency.name}</span>
          <span className="text-ink-3 text-xs">{agency.role_name}</span>
        </li>
      )}
      {sub_accounts.map(({ id, name, role_name, reach, status }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
          <Link
            to="/a/$account/inbox"
            params={{ account: id }}
            disabled={status !== 'active'}
            className="min-w-0 flex-1 basis-40 truncate rounded-sm hover:underline"
          >
            {name}
          </Link>
          {status !== 'active' && <Badge tone="warn">Suspended</Badge>}
          {reaches[reach] && <Badge tone="info">{reaches[reach]}</Badge>}
          <span className="text-ink-3 text-xs">{role_name}</span>
        </li>
      ))}
    </ul>
  );
}
