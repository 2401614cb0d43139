import { Link } from '@tanstack/react-router';
import { Building2, UserRound } from 'lucide-react';
import type { Task } from '@/lib/api';

/** Whom a task is about, and the way there. */
export function SubjectLink({ account, task }: { account: string; task: Task }) {
  const look =
    'inline-flex min-h-6 min-w-0 max-w-full items-center gap-1 rounded-sm text-ink-3 text-xs hover:text-ink hover:underline';
  const name = <bdi className="truncate">{task.subject_name || 'Without a name'}</bdi>;
  if (task.contact_id)
    return (
      <Link
        to="/a/$account/contacts"
        params={{ account }}
        search={{ contact: task.contact_id }}
        className={look}
      >
        <UserRound aria-label="Contact" size={12} strokeWidth={1.75} className="shrink-0" />
        {name}
      </Link>
    );
  if (task.company_id)
    return (
      <Link
        to="/a/$account/companies"
        params={{ account }}
        search={{ company: task.company_id }}
        className={look}
      >
        <Building2 aria-label="Company" size={12} strokeWidth={1.75} className="shrink-0" />
        {name}
      </Link>
    );
  return null;
}
