import { Link } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { Banner } from '@/ui/banner';

interface Props {
  account: string;
  duplicate: { id: string; name: string; field: string };
}

/** Somebody has this number or address already: says who, and leads there. */
export function DuplicateNotice({ account, duplicate }: Props) {
  return (
    <Banner tone="warn" icon={Users} role="alert">
      <strong className="font-semibold">{duplicate.name}</strong> already has this {duplicate.field}.{' '}
      <Link
        to="/a/$account/contacts"
        params={{ account }}
        search={(search: object) => ({ ...search, contact: duplicate.id })}
        className="font-semibold underline underline-offset-2"
      >
        Open that contact
      </Link>
    </Banner>
  );
}
