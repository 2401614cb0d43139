import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, ListFilter, Plus, Search, UserPlus, UsersRound } from 'lucide-react';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { allowsIn, membersQuery, useSession } from '@/features/access';
import { type Contact, type FilterTree, isProblem } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { useWide } from '@/lib/media';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { deleteContact, hideContact } from '../api';
import { ColumnChooser } from '../components/column-chooser';
import { ContactGrid } from '../components/contact-grid';
import { ContactMenu } from '../components/contact-menu';
import { ContactToolbar } from '../components/contact-toolbar';
import { ContactViews } from '../components/contact-views';
import { GridSkeleton } from '../components/grid-skeleton';
import { SelectionBar } from '../components/selection-bar';
import { exportContacts } from '../export';
import { alsoTagged, type ContactList, countQuery, rowsQuery } from '../list';
import { defaultSort, displayName } from '../model';
import type { ContactSearch } from '../search';
import { nothing, type Selection, sizeOf } from '../selection';
import { useColumns } from '../use-columns';
import { viewsQuery } from '../views';

// The form's libraries load with the first panel, not with the list.
const ContactPanel = lazy(() =>
  import('../components/contact-panel').then(({ ContactPanel: component }) => ({ default: component })),
);
const FilterPanel = lazy(() =>
  import('../components/filter-panel').then(({ FilterPanel: component }) => ({ default: component })),
);
const SelectionActions = lazy(() =>
  import('../components/selection-actions').then(({ SelectionActions: component }) => ({
    default: component,
  })),
);
const BulkTray = lazy(() =>
  import('../components/bulk-tray').then(({ BulkTray: component }) => ({ default: component })),
);
const WhyDialog = lazy(() =>
  import('../components/why-dialog').then(({ WhyDialog: component }) => ({ default: component })),
);

const route = getRouteApi('/signed-in/a/$account/contacts');

export function ContactsScreen() {
  const { account } = route.useParams();
  const { contact: open, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const session = useSession();
  const wide = useWide();
  const searchBox = useRef<HTMLInputElement>(null);
  const [building, setBuilding] = useState(false);
  const [asking, setAsking] = useState<Contact | null>(null);
  const [selection, setSelection] = useState<Selection>(nothing);
  const { data: views = [], isPending: viewsPending } = useQuery(viewsQuery(account));
  const view = views.find(({ id }) => id === search.view);
  // What the address doesn't say is as the view has it.
  const filter = search.filter === undefined ? (view?.filter ?? null) : search.filter;
  const columns = useColumns(account, view?.id, view?.columns?.length ? view.columns : undefined);
  const sort = search.sort ?? view?.sort ?? defaultSort;
  const list: ContactList = { filter, q: search.q, sort, companies: columns.companies };
  const waiting = search.view !== undefined && viewsPending;
  const counting = useQuery({ ...countQuery(account, list), enabled: !waiting });
  const first = useQuery({ ...rowsQuery(account, list, 0), enabled: !waiting });
  const { data: members } = useQuery(membersQuery(account));
  const people = useMemo(
    // Who may not see who works here still knows themselves.
    () => (members ?? [session.person]).map(({ id, name, email }) => ({ value: id, label: name || email })),
    [members, session.person],
  );
  // While a new list is under way, the old one stays: no flicker between letters.
  const [shown, setShown] = useState<ContactList | null>(null);
  if (first.data && JSON.stringify(shown) !== JSON.stringify(list)) setShown(list);

  const show = (id: string | undefined) =>
    navigate({ search: (old) => ({ ...old, contact: id }), replace: Boolean(open) });
  const refine = (next: ContactSearch) => {
    // "All that match" means what matches now, and rows that are out of the list are not selected unseen.
    if ('filter' in next || 'q' in next || 'view' in next) setSelection(nothing);
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  };
  const setFilter = (next: FilterTree | null) => refine({ filter: view ? next : (next ?? undefined) });
  const remove = (contact: Contact) => {
    void show(undefined);
    hideContact(contact.id, true);
    undoable({
      title: `${displayName(contact)} deleted`,
      commit: () => deleteContact(account, contact),
      revert: () => hideContact(contact.id, false),
    });
  };
  const save = () =>
    void exportContacts(
      account,
      list,
      columns.columns.map(({ key }) => key),
    );
  const canWrite = allowsIn(session, { account }, 'contacts.write');
  const commands = { group: 'Contacts' };
  useCommands([
    ...(canWrite
      ? [
          {
            ...commands,
            id: 'contact.create',
            title: 'Create a contact',
            keys: 'c',
            icon: UserPlus,
            run: () => show('new'),
          },
        ]
      : []),
    {
      ...commands,
      id: 'contact.search',
      title: 'Search contacts',
      keys: '/',
      icon: Search,
      run: () => searchBox.current?.focus(),
    },
    {
      ...commands,
      id: 'contact.filter',
      title: 'Filter contacts',
      keys: 'f',
      icon: ListFilter,
      run: () => setBuilding((old) => !old),
    },
  ]);

  const total = counting.data?.count;
  const exact = counting.data?.exact ?? true;
  const problem = isProblem(counting.error) && counting.error.status === 422 ? counting.error : undefined;
  const filtered = Boolean(search.q || filter);
  const empty = first.data?.items.length === 0;
  const create = canWrite && (
    <Button look="primary" icon={Plus} onClick={() => show('new')} className="max-sm:px-2">
      <span>
        New<span className="max-sm:sr-only"> contact</span>
      </span>
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Contacts"
        note={
          total === undefined ? undefined : `${exact ? '' : '≈ '}${new Intl.NumberFormat().format(total)}`
        }
        actions={
          <>
            <ContactMenu
              account={account}
              onExport={allowsIn(session, { account }, 'contacts.export') ? save : undefined}
            />
            {create}
          </>
        }
      >
        <ContactToolbar
          q={search.q ?? ''}
          searchRef={searchBox}
          filtered={filter !== null}
          words={counting.data?.words}
          filterOpen={building}
          onSearch={(q) => refine({ q: q || undefined })}
          onToggleFilter={() => setBuilding(!building)}
          onClear={() => setFilter(null)}
        >
          {wide && <ColumnChooser all={columns.all} chosen={columns.columns} onChoose={columns.choose} />}
          {wide && allowsIn(session, { account }, 'contacts.export') && (
            <Button look="ghost" icon={Download} onClick={save} className="max-lg:hidden">
              Export
            </Button>
          )}
        </ContactToolbar>
      </PageHeader>
      <ContactViews
        account={account}
        views={views}
        current={view}
        changed={search.filter !== undefined || search.sort !== undefined || columns.changed}
        list={list}
        columns={columns.columns.map(({ key }) => key)}
        canShare={allowsIn(session, { account }, 'views.share')}
        onChoose={(id) => refine({ view: id, filter: undefined, sort: undefined })}
        onReset={() => {
          columns.choose(null);
          refine({ filter: undefined, sort: undefined });
        }}
      />
      <Suspense>
        {building && (
          <FilterPanel
            account={account}
            filter={filter}
            counted={counting.data}
            problem={problem}
            onFilter={setFilter}
            onClose={() => setBuilding(false)}
          />
        )}
      </Suspense>
      {sizeOf(selection, total ?? 0) > 0 && (
        <SelectionBar
          selection={selection}
          total={total ?? 0}
          exact={exact}
          onSelectAll={() => setSelection({ all: true, except: new Set() })}
          onClear={() => setSelection(nothing)}
        >
          {canWrite && (
            <Suspense>
              <SelectionActions
                account={account}
                selection={selection}
                size={sizeOf(selection, total ?? 0)}
                exact={exact || !selection.all}
                list={list}
                people={people}
                onSelection={setSelection}
              />
            </Suspense>
          )}
        </SelectionBar>
      )}
      {problem && !first.data ? (
        <EmptyState
          icon={ListFilter}
          title="The filter does not fit"
          action={<Button onClick={() => setFilter(null)}>Remove the filter</Button>}
        >
          {building ? 'Mend what is marked above.' : 'Open it to see what has to be mended.'}
        </EmptyState>
      ) : first.error && !first.data ? (
        <Failure error={first.error} retry={() => first.refetch()} />
      ) : empty && filtered ? (
        <EmptyState
          icon={Search}
          title="Nobody fits"
          action={
            <Button onClick={() => refine({ q: undefined, filter: view ? null : undefined })}>
              Show everybody
            </Button>
          }
        >
          {search.q
            ? 'Names, e-mail addresses and phone numbers are searched.'
            : 'Loosen the filter, or turn it round.'}
        </EmptyState>
      ) : empty ? (
        <EmptyState icon={UsersRound} title="No contacts yet" action={create}>
          Add the first person you want to text. A name or a number is enough; the rest can follow.
        </EmptyState>
      ) : !shown ? (
        <GridSkeleton columns={wide ? columns.columns : columns.columns.slice(0, 1)} />
      ) : (
        <ContactGrid
          account={account}
          list={shown}
          total={total}
          columns={wide ? columns.columns : columns.columns.slice(0, 1)}
          narrow={!wide}
          canWrite={canWrite}
          people={people}
          selection={selection}
          onSelection={setSelection}
          onSort={(next) => refine({ sort: next === (view?.sort ?? defaultSort) ? undefined : next })}
          onTag={(tag) => setFilter(alsoTagged(filter, tag))}
          onOpen={show}
          onWhy={filter ? setAsking : undefined}
        />
      )}
      <Suspense>
        <BulkTray account={account} canWrite={canWrite} />
      </Suspense>
      <Suspense>
        {asking && (
          <WhyDialog account={account} contact={asking} filter={filter} onClose={() => setAsking(null)} />
        )}
        <ContactPanel
          account={account}
          id={open}
          canText={allowsIn(session, { account }, 'messages.send')}
          canWrite={canWrite}
          onOpen={show}
          onClose={() => show(undefined)}
          onDelete={remove}
        />
      </Suspense>
    </>
  );
}
