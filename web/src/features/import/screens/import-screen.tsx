import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { allowsIn, useSession } from '@/features/access';
import { explain } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Badge } from '@/ui/badge';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { LinkButton } from '@/ui/link-button';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { importQuery, type Move, moveImport, storeImport } from '../api';
import { ImportProgress } from '../components/import-progress';
import { ImportResult } from '../components/import-result';
import { ImportSetup } from '../components/import-setup';
import { factsOf, moving, stateNames, stateTones } from '../model';

const route = getRouteApi('/signed-in/a/$account/imports/$import');

/** One file: set up, under way, or over. */
export function ImportScreen() {
  const { account, import: id } = route.useParams();
  const client = useQueryClient();
  const session = useSession();
  const { data, error, refetch } = useQuery(importQuery(account, id));
  const [leaving, setLeaving] = useState(false);
  const canWrite = allowsIn(session, { account }, 'contacts.write');
  const move = useMutation({
    mutationFn: (what: Move) => moveImport(account, id, what),
    onSuccess: (next) => storeImport(client, account, next),
    onError: (failure) => {
      toast({ title: 'This did not work', detail: explain(failure), tone: 'bad' });
      void refetch();
    },
  });
  const undo = () => {
    setLeaving(true);
    undoable({
      title: 'The import is being undone',
      commit: async () => {
        storeImport(client, account, await moveImport(account, id, 'undo'));
        setLeaving(false);
      },
      revert: () => setLeaving(false),
    });
  };
  return (
    <>
      <PageHeader
        title={data?.name ?? 'Import'}
        note={data && <Badge tone={stateTones[data.state]}>{stateNames[data.state]}</Badge>}
        actions={
          <LinkButton to="/a/$account/imports" params={{ account }}>
            All imports
          </LinkButton>
        }
      />
      {data && (
        <p className="shrink-0 border-line border-b px-4 py-1.5 text-ink-3 text-xs">
          {factsOf(data).join(' · ')}
        </p>
      )}
      {error && !data ? (
        <Failure error={error} retry={() => refetch()} />
      ) : !data ? (
        <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 p-4">
          <Skeleton className="h-6 w-1/3" />
          <Skeleton className="h-32" />
          <Skeleton className="h-56" />
        </div>
      ) : data.state === 'ready' ? (
        canWrite ? (
          <ImportSetup key={data.id} account={account} detail={data} />
        ) : (
          <EmptyState icon={Lock} title="Not started">
            Your role may not bring contacts in. Whoever sent this file can start it.
          </EmptyState>
        )
      ) : (
        <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-3xl p-4">
            {moving(data) || data.state === 'paused' ? (
              <ImportProgress item={data} busy={move.isPending} canWrite={canWrite} onMove={move.mutate} />
            ) : (
              <ImportResult account={account} item={data} busy={leaving} canWrite={canWrite} onUndo={undo} />
            )}
          </div>
        </div>
      )}
    </>
  );
}
