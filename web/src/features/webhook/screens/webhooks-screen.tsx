import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { explain, type Webhook } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { deleteWebhook, storeWebhook, updateWebhook, webhooksQuery } from '../api';
import { WebhookPanel } from '../components/webhook-panel';
import { WebhookRow } from '../components/webhook-row';
import { webhooksKey } from '../keys';

const route = getRouteApi('/signed-in/a/$account/settings/webhooks');

/** Who is told of what happens here. */
export function WebhooksScreen() {
  const { account } = route.useParams();
  const { webhook: open, delivery } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(webhooksQuery(account));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = data?.filter(({ id }) => !hidden.has(id));
  const show = (webhook?: string, one?: string) =>
    void navigate({ search: { webhook, delivery: one }, replace: Boolean(open) });
  const refresh = () => client.invalidateQueries({ queryKey: webhooksKey(account) });
  const hide = (id: string, on: boolean) =>
    setHidden((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));

  const turn = useMutation({
    mutationFn: (webhook: Webhook) => updateWebhook(account, webhook, { enabled: !webhook.enabled }),
    onSuccess: (changed) => storeWebhook(client, account, changed),
    onError: (problem) => {
      toast({ title: 'The webhook was not switched', detail: explain(problem), tone: 'bad' });
      void refresh();
    },
  });
  const remove = (webhook: Webhook) => {
    show();
    hide(webhook.id, true);
    undoable({
      title: `${webhook.description || webhook.url} deleted, with its log`,
      commit: async () => {
        await deleteWebhook(account, webhook);
        await refresh();
      },
      revert: () => hide(webhook.id, false),
    });
  };
  useCommands([
    {
      id: 'webhook.create',
      title: 'Create a webhook',
      group: 'Webhooks',
      keys: 'c',
      icon: Plus,
      run: () => show('new'),
    },
  ]);
  const create = (
    <Button look="primary" icon={Plus} onClick={() => show('new')}>
      New webhook
    </Button>
  );
  return (
    <>
      <PageHeader title="Webhooks" note={shown?.length || undefined} actions={shown && create} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !shown ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-9" />
            <Skeleton className="h-9" />
          </div>
        ) : shown.length === 0 ? (
          <EmptyState icon={WebhookIcon} title="Nobody is told yet" action={create}>
            A webhook tells your own programs what happens here, the moment it does: a new contact, a text, a
            finished task.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line border-line border-b">
            {shown.map((webhook) => (
              <WebhookRow
                key={webhook.id}
                webhook={webhook}
                onOpen={() => show(webhook.id)}
                onSwitch={() => turn.mutate(webhook)}
                onDelete={() => remove(webhook)}
              />
            ))}
          </ul>
        )}
      </div>
      <WebhookPanel
        account={account}
        webhook={open === 'new' ? 'new' : shown?.find(({ id }) => id === open)}
        delivery={delivery}
        switching={turn.isPending}
        onOpen={show}
        onClose={() => show()}
        onSwitch={(webhook) => turn.mutate(webhook)}
        onDelete={remove}
      />
    </>
  );
}
