import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { Contact } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { RelativeTime } from '@/ui/relative-time';
import { displayName } from '../model';
import { OptedOutBadge } from './opted-out-badge';

export const features = tableFeatures({});
const helper = createColumnHelper<typeof features, Contact>();

/** Where each column stands and when it shows; small screens keep the name, with the number below it. */
export const columnLook: Record<string, { cell: string; sort?: 'name' | 'created_at' }> = {
  name: { cell: 'min-w-0 flex-[2_1_0]', sort: 'name' },
  phone: { cell: 'hidden w-40 shrink-0 tabular md:block' },
  email: { cell: 'hidden min-w-0 flex-[2_1_0] truncate text-ink-2 lg:block' },
  tags: { cell: 'hidden min-w-0 flex-[1.5_1_0] md:block' },
  owner: { cell: 'hidden w-32 shrink-0 truncate text-ink-2 xl:block' },
  created: { cell: 'hidden w-28 shrink-0 text-end text-ink-3 sm:block', sort: 'created_at' },
};

interface Extras {
  owner: (id: string | null | undefined) => string;
  tags: (tags: string[]) => React.ReactNode;
}

export function contactColumns({ owner, tags }: Extras) {
  return helper.columns([
    helper.accessor(displayName, {
      id: 'name',
      header: 'Name',
      cell: ({ row: { original: contact }, getValue }) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <Avatar name={contact.name || ''} />
          <span className="flex min-w-0 flex-col">
            <span className="flex min-w-0 items-center gap-2">
              <span className="truncate font-medium">{getValue()}</span>
              {contact.opted_out && <OptedOutBadge />}
            </span>
            <span className="truncate text-ink-3 text-xs md:hidden">
              <bdi>{formatPhone(contact.phone ?? '') || contact.email}</bdi>
            </span>
          </span>
        </span>
      ),
    }),
    helper.accessor((contact) => formatPhone(contact.phone ?? ''), {
      id: 'phone',
      header: 'Phone',
      cell: ({ getValue }) => <bdi>{getValue()}</bdi>,
    }),
    helper.accessor((contact) => contact.email ?? '', { id: 'email', header: 'E-mail' }),
    helper.accessor((contact) => contact.tags ?? [], {
      id: 'tags',
      header: 'Tags',
      cell: ({ getValue }) => tags(getValue()),
    }),
    // A cell and no value: values are kept with their row, and the team may be read later than the row.
    helper.display({ id: 'owner', header: 'Owner', cell: ({ row }) => owner(row.original.owner_id) }),
    helper.accessor('created_at', {
      id: 'created',
      header: 'Created',
      cell: ({ getValue }) => <RelativeTime at={getValue()} />,
    }),
  ]);
}
