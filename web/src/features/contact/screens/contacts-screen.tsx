import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Search, UserPlus, UsersRound } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { allows, membersQuery, useSession } from '@/features/access';
import { type Contact, flatten } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { useStore } from '@/lib/store';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { contactsQuery, deleteContact, hiddenContacts, hideContact } from '../api';
import { ContactSkeletonRow } from '../components/contact-skeleton-row';
import { ContactTable } from '../components/contact-table';
import { ContactToolbar } from '../components/contact-toolbar';
import { type ContactFilter, defaultSort, displayName, tagsOf } from '../model';

// The form's libraries load with the first panel, not with the list.
const ContactPanel = lazy(() =>
  import('../components/contact-panel').then(({ ContactPanel: component }) => ({ default: component })),
);

const route = getRouteApi('/signed-in/a/$account/contacts');

export function ContactsScreen() {
  const { account } = route.useParams();
  const { contact: open, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const session = useSession();
  const search = useRef<HTMLInputElement>(null);
  const [selected, setSelected] = useState(-1);
  const hidden = useStore(hiddenContacts);
  const list = useInfiniteQuery(contactsQuery(account, filter));
  const { data: members } = useQuery(membersQuery(account));
  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError } = list;

  const contacts = useMemo(() => flatten(list.data).filter(({ id }) => !hidden.has(id)), [list.data, hidden]);
  const ownerName = useCallback(
    (id: string | null | undefined) => members?.find((member) => member.id === id)?.name ?? '',
    [members],
  );
  const needMore = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);

  const show = (id: string | undefined) =>
    navigate({ search: (old) => ({ ...old, contact: id }), replace: Boolean(open) });
  const refine = (next: ContactFilter) => {
    setSelected(-1);
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  };
  const remove = (contact: Contact) => {
    void show(undefined);
    hideContact(contact.id, true);
    undoable({
      title: `${displayName(contact)} deleted`,
      commit: () => deleteContact(account, contact),
      revert: () => hideContact(contact.id, false),
    });
  };
  const move = (step: number) => setSelected((at) => Math.max(0, Math.min(contacts.length - 1, at + step)));
  const openSelected = () => contacts[selected] && show(contacts[selected].id);
  const canWrite = allows(session, 'contacts.write');
  useCommands([
    ...(canWrite
      ? [
          {
            id: 'contact.create',
            title: 'Create a contact',
            group: 'Contacts',
            keys: 'c',
            icon: UserPlus,
            run: () => show('new'),
          },
        ]
      : []),
    {
      id: 'contact.search',
      title: 'Search contacts',
      group: 'Contacts',
      keys: '/',
      icon: Search,
      run: () => search.current?.focus(),
    },
    {
      id: 'contact.next',
      title: 'Next contact',
      group: 'Contacts',
      keys: 'j',
      palette: false,
      run: () => move(1),
    },
    {
      id: 'contact.previous',
      title: 'Previous contact',
      group: 'Contacts',
      keys: 'k',
      palette: false,
      run: () => move(-1),
    },
    ...(selected >= 0
      ? [
          {
            id: 'contact.open',
            title: 'Open the contact',
            group: 'Contacts',
            keys: 'enter',
            palette: false,
            run: openSelected,
          },
        ]
      : []),
  ]);

  const filtered = Boolean(filter.q || filter.tag);
  const total = list.data?.pages[0]?.total;
  const create = canWrite && (
    <Button look="primary" icon={Plus} onClick={() => show('new')} className="max-sm:px-2">
      New contact
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Contacts"
        note={total === undefined ? undefined : new Intl.NumberFormat().format(total)}
        actions={create}
      >
        <ContactToolbar filter={filter} tags={tagsOf(contacts)} searchRef={search} onFilter={refine} />
      </PageHeader>
      {list.isPending ? (
        <div>
          {Array.from({ length: 12 }, (_, index) => (
            <ContactSkeletonRow key={index} />
          ))}
        </div>
      ) : list.error && contacts.length === 0 ? (
        <Failure error={list.error} retry={() => list.refetch()} />
      ) : contacts.length === 0 && !list.hasNextPage ? (
        filtered ? (
          <EmptyState
            icon={Search}
            title="Nobody fits"
            action={
              <Button onClick={() => refine({ q: undefined, tag: undefined })}>Clear the filter</Button>
            }
          >
            Names, e-mail addresses and phone numbers are searched.
          </EmptyState>
        ) : (
          <EmptyState icon={UsersRound} title="No contacts yet" action={create}>
            Add the first person you want to text. A name or a number is enough; the rest can follow.
          </EmptyState>
        )
      ) : (
        <ContactTable
          contacts={contacts}
          total={total}
          selected={selected}
          sort={filter.sort ?? defaultSort}
          more={list.hasNextPage}
          ownerName={ownerName}
          onSort={(sort) => refine({ ...filter, sort: sort === defaultSort ? undefined : sort })}
          onTag={(tag) => refine({ ...filter, tag })}
          onOpen={({ id }) => show(id)}
          onNeedMore={needMore}
        />
      )}
      <Suspense>
        <ContactPanel
          account={account}
          id={open}
          canText={allows(session, 'messages.send')}
          canWrite={canWrite}
          onOpen={show}
          onClose={() => show(undefined)}
          onDelete={remove}
        />
      </Suspense>
    </>
  );
}
