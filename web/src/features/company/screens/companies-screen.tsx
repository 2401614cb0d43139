import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Building2, Plus, Search, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { allowsIn, membersQuery, useSession } from '@/features/access';
import { type Company, flatten } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { SearchInput } from '@/ui/search-input';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { companiesQuery, deleteCompany } from '../api';
import { CompanyRow } from '../components/company-row';
import { CompanyTable } from '../components/company-table';
import type { CompanySearch } from '../search';

// The form's libraries load with the first panel, not with the list.
const CompanyPanel = lazy(() =>
  import('../components/company-panel').then(({ CompanyPanel: component }) => ({ default: component })),
);

const route = getRouteApi('/signed-in/a/$account/companies');

/** The companies that the sub-account knows. */
export function CompaniesScreen() {
  const { account } = route.useParams();
  const { company: open, q, tag, sort = 'name' } = route.useSearch();
  const navigate = route.useNavigate();
  const canWrite = allowsIn(useSession(), { account }, 'contacts.write');
  const searchBox = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const list = useInfiniteQuery(companiesQuery(account, { q, tag, sort }));
  const { data: members } = useQuery(membersQuery(account));
  const companies = flatten(list.data).filter(({ id }) => !hidden.has(id));
  const total = list.data?.pages[0]?.total;

  const show = (id: string | undefined) =>
    navigate({ search: (old) => ({ ...old, company: id }), replace: Boolean(open) });
  const refine = (next: CompanySearch) => {
    setAt(-1);
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  };
  const hide = (id: string, on: boolean) =>
    setHidden((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));
  const remove = (company: Company) => {
    void show(undefined);
    hide(company.id, true);
    undoable({
      title: `${company.name} deleted`,
      commit: () => deleteCompany(account, company),
      revert: () => hide(company.id, false),
    });
  };
  const move = (step: number) => setAt((old) => Math.max(0, Math.min(companies.length - 1, old + step)));
  useEffect(() => {
    if (at >= 0) body.current?.querySelectorAll('tbody tr')[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const current = companies[at];
  const group = 'Companies';
  useCommands([
    ...(canWrite
      ? [
          {
            id: 'company.create',
            title: 'Create a company',
            group,
            keys: 'c',
            icon: Plus,
            run: () => show('new'),
          },
        ]
      : []),
    {
      id: 'company.search',
      title: 'Search companies',
      group,
      keys: '/',
      icon: Search,
      run: () => searchBox.current?.focus(),
    },
    { id: 'company.next', title: 'Next company', group, keys: 'j', palette: false, run: () => move(1) },
    {
      id: 'company.previous',
      title: 'Previous company',
      group,
      keys: 'k',
      palette: false,
      run: () => move(-1),
    },
    ...(current
      ? [
          {
            id: 'company.open',
            title: 'Open the company',
            group,
            keys: 'enter',
            palette: false,
            run: () => show(current.id),
          },
        ]
      : []),
  ]);

  const create = canWrite && (
    <Button look="primary" icon={Plus} onClick={() => show('new')}>
      New company
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Companies"
        note={total === undefined ? undefined : new Intl.NumberFormat().format(total)}
        actions={create}
      >
        <SearchInput
          ref={searchBox}
          label="Search companies"
          value={q ?? ''}
          onChange={(text) => refine({ q: text || undefined })}
        />
        {tag && (
          <Button
            look="ghost"
            icon={X}
            aria-label={`No longer only those tagged ${tag}`}
            onClick={() => refine({ tag: undefined })}
          >
            {tag}
          </Button>
        )}
      </PageHeader>
      <div ref={body} className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.error && !list.data ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : list.isPending ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-7" />
            <Skeleton className="h-7" />
            <Skeleton className="h-7" />
          </div>
        ) : companies.length === 0 && (q || tag) ? (
          <EmptyState
            icon={Search}
            title="No company fits"
            action={<Button onClick={() => refine({ q: undefined, tag: undefined })}>Show all</Button>}
          >
            Names, domains, cities and numbers are searched.
          </EmptyState>
        ) : companies.length === 0 ? (
          <EmptyState icon={Building2} title="No companies yet" action={create}>
            A company holds together who works there, what was agreed and what is to be done. An import makes
            them too, from a column with their names.
          </EmptyState>
        ) : (
          <>
            <CompanyTable sort={sort} onSort={(next) => refine({ sort: next === 'name' ? undefined : next })}>
              {companies.map((company, n) => (
                <CompanyRow
                  key={company.id}
                  company={company}
                  ownerName={members?.find(({ id }) => id === company.owner_id)?.name}
                  active={n === at}
                  onOpen={() => show(company.id)}
                  onTag={(one) => refine({ tag: one })}
                />
              ))}
            </CompanyTable>
            <ShowMore list={list} />
          </>
        )}
      </div>
      <Suspense>
        <CompanyPanel
          account={account}
          id={open}
          canWrite={canWrite}
          onOpen={show}
          onClose={() => show(undefined)}
          onDelete={remove}
        />
      </Suspense>
    </>
  );
}
