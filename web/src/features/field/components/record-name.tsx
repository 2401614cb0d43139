import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { recordQuery, type Target } from '../records';

interface Props {
  account: string;
  target: Target;
  id: string;
}

/** A contact or a company by its name, which leads to it. */
export function RecordName({ account, target, id }: Props) {
  const { data, error } = useQuery(recordQuery(account, target, id));
  const name = data?.name ?? (error ? 'No longer here' : '…');
  const look = 'text-brand-ink underline underline-offset-2';
  return target === 'company' ? (
    <Link to="/a/$account/companies" params={{ account }} search={{ company: id }} className={look}>
      {name}
    </Link>
  ) : (
    <Link to="/a/$account/contacts" params={{ account }} search={{ contact: id }} className={look}>
      {name}
    </Link>
  );
}
