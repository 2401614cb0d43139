import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UserMinus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { RecordPicker } from '@/features/field';
import { type Contact, explain, flatten } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Avatar } from '@/ui/avatar';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { assignCompany, companyContactsQuery } from '../api';
import { companyContactsKey } from '../keys';

interface Props {
  account: string;
  company: string;
  canWrite: boolean;
}

/** The contacts who belong to a company: found and added, taken out again. */
export function CompanyContacts({ account, company, canWrite }: Props) {
  const client = useQueryClient();
  const list = useInfiniteQuery(companyContactsQuery(account, company));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const people = flatten(list.data).filter(({ id }) => !gone.has(id));
  const refresh = () => client.invalidateQueries({ queryKey: companyContactsKey(account, company) });
  const hide = (id: string, on: boolean) =>
    setGone((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));
  const add = useMutation({
    mutationFn: (id: string) => assignCompany(account, id, company),
    onError: (error) => toast({ title: 'Nobody was added', detail: explain(error), tone: 'bad' }),
    onSettled: refresh,
  });
  const takeOut = ({ id, name }: Contact) => {
    hide(id, true);
    undoable({
      title: `${name} taken out`,
      commit: async () => {
        await assignCompany(account, id, null);
        await refresh();
        hide(id, false);
      },
      revert: () => hide(id, false),
    });
  };
  return (
    <>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
          </div>
        ) : list.error && people.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : people.length === 0 ? (
          <EmptyState icon={UsersRound} title="Nobody here yet">
            {canWrite
              ? 'Find somebody below, or choose the company in a contact, under Work.'
              : 'Contacts who work here stand in this list.'}
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {people.map((contact) => (
              <li
                key={contact.id}
                data-testid="company-contact"
                className="flex items-center gap-2.5 px-4 py-2 hover:bg-sunken"
              >
                <Avatar name={contact.name} />
                <Link
                  to="/a/$account/contacts"
                  params={{ account }}
                  search={{ contact: contact.id }}
                  className="min-w-0 flex-1 rounded-sm"
                >
                  <span className="block truncate font-medium">
                    {contact.name || contact.email || contact.phone}
                  </span>
                  <span className="block truncate text-ink-3 text-xs">
                    {contact.job_title || contact.email || <bdi>{formatPhone(contact.phone ?? '')}</bdi>}
                  </span>
                </Link>
                {canWrite && (
                  <IconButton
                    icon={UserMinus}
                    label={`Take ${contact.name} out`}
                    onClick={() => takeOut(contact)}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
        <ShowMore list={list} />
      </div>
      {canWrite && (
        <div className="shrink-0 border-line border-t p-3">
          <RecordPicker
            account={account}
            target="contact"
            label="Add somebody"
            value=""
            onChange={(id) => id && add.mutate(id)}
          />
        </div>
      )}
    </>
  );
}
