import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BookOpen, KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiKey } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { apiKeysQuery, revokeApiKey } from '../api-keys';
import type { PermissionGroup } from '../permissions';
import type { Place } from '../place';
import { ApiKeyForm } from './api-key-form';
import { ApiKeyRow } from './api-key-row';

interface Props {
  holder: Place;
  groups: readonly PermissionGroup[];
}

export function ApiKeys({ holder, groups }: Props) {
  const client = useQueryClient();
  const query = apiKeysQuery(holder);
  const { data, error, refetch } = useQuery(query);
  const [creating, setCreating] = useState(false);
  useCommands([
    {
      id: 'key.create',
      title: 'Create an API key',
      group: 'API keys',
      keys: 'c',
      icon: Plus,
      run: () => setCreating(true),
    },
  ]);

  const revoke = (key: ApiKey) => {
    const before = client.getQueryData(query.queryKey);
    client.setQueryData(query.queryKey, (keys) => keys?.filter(({ id }) => id !== key.id));
    undoable({
      title: `${key.name} revoked`,
      commit: () => revokeApiKey(holder, key.id),
      revert: () => client.setQueryData(query.queryKey, before),
    });
  };
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  return (
    <>
      <PageHeader title="API keys" note={data?.length || undefined} actions={create}>
        <a
          href="/api/docs"
          target="_blank"
          rel="noreferrer"
          className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-ink-2 hover:bg-hover hover:text-ink"
        >
          <BookOpen aria-hidden size={15} strokeWidth={1.75} />
          API reference
        </a>
      </PageHeader>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : data.length === 0 ? (
          <EmptyState icon={KeyRound} title="No keys yet" action={create}>
            A key lets your own programs do what you do here, no more than you allow it.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {data.map((key) => (
              <ApiKeyRow key={key.id} apiKey={key} onRevoke={() => revoke(key)} />
            ))}
          </ul>
        )}
      </div>
      <SidePanel open={creating} onClose={() => setCreating(false)} title="Create an API key">
        <ApiKeyForm holder={holder} groups={groups} onClose={() => setCreating(false)} />
      </SidePanel>
    </>
  );
}
