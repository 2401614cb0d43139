import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Building2, Plus, Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { allows, sessionQuery, useSession } from '@/features/access';
import type { SubAccount } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { SearchInput } from '@/ui/search-input';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { subAccountsQuery } from '../api';
import { SubAccountDetails } from '../components/sub-account-details';
import { SubAccountForm } from '../components/sub-account-form';
import { SubAccountRow } from '../components/sub-account-row';
import { useSubAccountActions } from '../use-sub-account-actions';

const route = getRouteApi('/signed-in/agency/sub-accounts');

/** The reseller's customers: what runs, what is being set up, what needs a hand. */
export function SubAccountsScreen() {
  const { q = '', panel, create } = route.useSearch();
  const navigate = route.useNavigate();
  const leave = useNavigate();
  const client = useQueryClient();
  const session = useSession();
  const search = useRef<HTMLInputElement>(null);
  const [selected, setSelected] = useState(-1);
  const [askDelete, setAskDelete] = useState(false);
  const { data, error, refetch } = useQuery(subAccountsQuery);
  const { suspend, remove } = useSubAccountActions();
  const canWrite = allows(session, 'agency.sub_accounts.write');

  const words = q.toLowerCase();
  const shown = (data ?? []).filter((item) =>
    `${item.display_name} ${item.name} ${item.owner_email}`.toLowerCase().includes(words),
  );
  const current = data?.find(({ name }) => name === panel);
  const show = (next: { panel?: string; create?: boolean }) => {
    setAskDelete(false);
    void navigate({ search: (old) => ({ ...old, panel: undefined, create: undefined, ...next }) });
  };
  const enter = async (subAccount: SubAccount) => {
    if (!subAccount.id) return;
    // A new account is not in the session that was read before it existed.
    await client.refetchQueries({ queryKey: sessionQuery.queryKey });
    await leave({ to: '/a/$account/inbox', params: { account: subAccount.id } });
  };
  const move = (step: number) => setSelected((at) => Math.max(0, Math.min(shown.length - 1, at + step)));
  useCommands([
    ...(canWrite
      ? [
          {
            id: 'account.create',
            title: 'Create a sub-account',
            group: 'Agency',
            keys: 'c',
            icon: Plus,
            run: () => show({ create: true }),
          },
        ]
      : []),
    {
      id: 'account.search',
      title: 'Search sub-accounts',
      group: 'Agency',
      keys: '/',
      icon: Search,
      run: () => search.current?.focus(),
    },
    {
      id: 'account.next',
      title: 'Next sub-account',
      group: 'Agency',
      keys: 'j',
      palette: false,
      run: () => move(1),
    },
    {
      id: 'account.previous',
      title: 'Previous sub-account',
      group: 'Agency',
      keys: 'k',
      palette: false,
      run: () => move(-1),
    },
    ...(shown[selected]
      ? [
          {
            id: 'account.open',
            title: 'Open the sub-account',
            group: 'Agency',
            keys: 'enter',
            palette: false,
            run: () => show({ panel: shown[selected]?.name }),
          },
        ]
      : []),
  ]);

  const button = canWrite && (
    <Button look="primary" icon={Plus} onClick={() => show({ create: true })}>
      New account
    </Button>
  );
  return (
    <>
      <PageHeader title="Sub-accounts" note={data?.length || undefined} actions={button}>
        <SearchInput
          ref={search}
          label="Search sub-accounts"
          value={q}
          onChange={(text) =>
            navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
          }
        />
      </PageHeader>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          Array.from({ length: 6 }, (_, index) => (
            <div key={index} className="flex items-center gap-3 border-line border-b px-4 py-3">
              <Skeleton className="size-7 rounded-full" />
              <Skeleton className="h-3 w-48" />
              <Skeleton className="ms-auto h-4 w-16" />
            </div>
          ))
        ) : data.length === 0 ? (
          <EmptyState icon={Building2} title="No sub-accounts yet" action={button}>
            Each of your customers gets one: its own contacts, conversations, number and people. Setting one
            up takes less than a minute.
          </EmptyState>
        ) : shown.length === 0 ? (
          <EmptyState icon={Search} title="None fits">
            Names and owners’ e-mail addresses are searched.
          </EmptyState>
        ) : (
          <ul>
            {shown.map((item, index) => (
              <SubAccountRow
                key={item.name}
                subAccount={item}
                selected={index === selected}
                canWrite={canWrite}
                onDetails={() => show({ panel: item.name })}
                onEnter={() => enter(item)}
                onSuspend={(suspended) => suspend(item, suspended)}
                onDelete={() => {
                  show({ panel: item.name });
                  setAskDelete(true);
                }}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel open={Boolean(create)} onClose={() => show({})} title="New sub-account">
        <SubAccountForm onCancel={() => show({})} onDone={({ name }) => show({ panel: name })} />
      </SidePanel>
      <SidePanel open={Boolean(current)} onClose={() => show({})} title={current?.display_name ?? ''}>
        {current && (
          <SubAccountDetails
            key={`${current.name}-${askDelete}`}
            subAccount={current}
            canWrite={canWrite}
            askDelete={askDelete}
            onEnter={() => enter(current)}
            onSuspend={(suspended) => suspend(current, suspended)}
            onDelete={() => {
              show({});
              remove(current);
            }}
          />
        )}
      </SidePanel>
    </>
  );
}
