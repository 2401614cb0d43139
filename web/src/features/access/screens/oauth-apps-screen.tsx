import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AppWindow, BookOpen, Plus } from 'lucide-react';
import { useState } from 'react';
import { explain, type OAuthApp } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { PageHeader } from '@/ui/page-header';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { useSession } from '../api';
import { NewKey } from '../components/new-key';
import { OAuthAppForm } from '../components/oauth-app-form';
import { OAuthAppRow } from '../components/oauth-app-row';
import { allows } from '../model';
import { deleteOAuthApp, oauthAppsQuery, rotateOAuthSecret } from '../oauth';

/** Apps of others that people of the agency may let act for them. */
export function OAuthAppsScreen() {
  const client = useQueryClient();
  const allowed = allows(useSession(), 'agency.oauth_apps.manage');
  const { data, error, refetch } = useQuery({ ...oauthAppsQuery, enabled: allowed });
  const [editing, setEditing] = useState<OAuthApp | 'new' | null>(null);
  const [rotating, setRotating] = useState<OAuthApp | null>(null);
  const rotate = useMutation({
    mutationFn: rotateOAuthSecret,
    onSuccess: () => client.invalidateQueries({ queryKey: oauthAppsQuery.queryKey }),
    onError: (problem) => toast({ title: 'The secret stays', detail: explain(problem), tone: 'bad' }),
  });
  useCommands([
    {
      id: 'app.create',
      title: 'Register an app',
      group: 'Apps',
      keys: 'c',
      icon: Plus,
      run: () => setEditing('new'),
    },
  ]);
  const remove = (app: OAuthApp) => {
    const before = client.getQueryData(oauthAppsQuery.queryKey);
    client.setQueryData(oauthAppsQuery.queryKey, (apps) => apps?.filter(({ id }) => id !== app.id));
    undoable({
      title: `${app.name} deleted`,
      commit: () => deleteOAuthApp(app),
      revert: () => client.setQueryData(oauthAppsQuery.queryKey, before),
    });
  };
  const closeRotation = () => {
    setRotating(null);
    rotate.reset();
  };
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setEditing('new')}>
      Register an app
    </Button>
  );
  return (
    <>
      <PageHeader title="Apps" note={data?.length || undefined} actions={allowed && create}>
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
        {!allowed ? (
          <EmptyState icon={AppWindow} title="Not for your role">
            Somebody who may register apps can do this for you.
          </EmptyState>
        ) : error ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : data.length === 0 ? (
          <EmptyState icon={AppWindow} title="No apps yet" action={create}>
            An app of somebody else’s acts for whoever lets it in, never further than they may go themselves.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {data.map((app) => (
              <OAuthAppRow
                key={app.id}
                app={app}
                onEdit={() => setEditing(app)}
                onRotate={() => setRotating(app)}
                onDelete={() => remove(app)}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === 'new' ? 'Register an app' : 'Edit the app'}
      >
        {editing && (
          <OAuthAppForm app={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
        )}
      </SidePanel>
      <Modal open={rotating !== null} onClose={closeRotation} title="Another secret">
        {rotate.data?.client_secret ? (
          <NewKey
            what="secret"
            name={rotate.data.name}
            secret={rotate.data.client_secret}
            id={rotate.data.id}
            onClose={closeRotation}
          />
        ) : (
          rotating && (
            <div className="flex flex-col gap-4 p-4">
              <Banner tone="warn">
                “{rotating.name}” can’t refresh its tokens until it has the new secret: the one before is
                refused at once, and that can’t be undone.
              </Banner>
              <div className="flex justify-end">
                <Button look="primary" busy={rotate.isPending} onClick={() => rotate.mutate(rotating)}>
                  Make another secret
                </Button>
              </div>
            </div>
          )
        )}
      </Modal>
    </>
  );
}
