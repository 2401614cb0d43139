import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronRight, RotateCcw, Send } from 'lucide-react';
import { useState } from 'react';
import { explain, flatten, type Webhook } from '@/lib/api';
import { count } from '@/lib/format';
import { toast } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Menu } from '@/ui/menu';
import { RelativeTime } from '@/ui/relative-time';
import { Select } from '@/ui/select';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { type DeliveryState, deliveriesQuery, pingWebhook, replayFailed } from '../api';
import { deliveriesKey } from '../keys';
import { deliveryStates, outcome } from '../model';

interface Props {
  account: string;
  webhook: Webhook;
  onOpen: (delivery: string) => void;
}

const spans = [
  { label: 'of the last hour', hours: 1 },
  { label: 'of the last day', hours: 24 },
  { label: 'of the last 30 days', hours: 720 },
];

/** What was sent to a webhook, and what became of it. */
export function DeliveryList({ account, webhook, onOpen }: Props) {
  const client = useQueryClient();
  const [state, setState] = useState<DeliveryState>();
  const list = useInfiniteQuery(deliveriesQuery(account, webhook.id, state));
  const refresh = () => client.invalidateQueries({ queryKey: deliveriesKey(account, webhook.id) });
  const tell = (title: string) => (error: unknown) => toast({ title, detail: explain(error), tone: 'bad' });
  const ping = useMutation({
    mutationFn: () => pingWebhook(account, webhook.id),
    onSuccess: ({ id }) => onOpen(id),
    onError: tell('No test was sent'),
    onSettled: refresh,
  });
  const replay = useMutation({
    mutationFn: (hours: number) =>
      replayFailed(account, webhook.id, new Date(Date.now() - hours * 3_600_000)),
    onSuccess: ({ replayed, left }) =>
      toast({
        title: replayed ? `${count(replayed, 'delivery', 'deliveries')} sent again` : 'None failed then',
        detail: left ? `${count(left, 'is', 'are')} left: do it once more.` : undefined,
        tone: 'good',
      }),
    onError: tell('Nothing was sent again'),
    onSettled: refresh,
  });
  const items = flatten(list.data);
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 px-4 py-2">
        <Select
          aria-label="Which deliveries"
          className="max-w-36"
          value={state ?? ''}
          onChange={({ target }) => setState((target.value || undefined) as DeliveryState | undefined)}
        >
          <option value="">All</option>
          {Object.entries(deliveryStates).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        <span className="ms-auto flex flex-wrap gap-1">
          {webhook.enabled && (
            <Menu
              trigger={
                <Button look="ghost" icon={RotateCcw} busy={replay.isPending}>
                  Send failed again
                </Button>
              }
              groups={[
                spans.map(({ label, hours }) => ({
                  label: `All that failed, ${label}`,
                  onSelect: () => replay.mutate(hours),
                })),
              ]}
            />
          )}
          <Button icon={Send} busy={ping.isPending} onClick={() => ping.mutate()}>
            Send a test
          </Button>
        </span>
      </div>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto border-line border-t">
        {list.isPending ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
          </div>
        ) : list.error && items.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState icon={Send} title={state ? 'None like that' : 'Nothing sent yet'}>
            {state
              ? 'Deliveries are kept for 30 days.'
              : 'Send a test to see whether your address answers. What happens from now on follows by itself.'}
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {items.map((delivery) => {
              const { label, tone } = deliveryStates[delivery.state];
              return (
                <li key={delivery.id} data-testid="delivery">
                  <button
                    type="button"
                    onClick={() => onOpen(delivery.id)}
                    className="flex w-full items-center gap-2 px-4 py-2 text-start hover:bg-sunken"
                  >
                    <span className="min-w-0 flex-1">
                      <span className="flex items-center gap-2">
                        <span className="min-w-0 flex-1 truncate font-mono text-xs">{delivery.event}</span>
                        <Badge tone={tone}>{label}</Badge>
                      </span>
                      <span className="flex items-center gap-2 text-ink-3 text-xs">
                        <bdi className="min-w-0 flex-1 truncate">
                          {[
                            outcome(delivery),
                            delivery.attempts > 1 && `${delivery.attempts} tries`,
                            delivery.error,
                          ]
                            .filter(Boolean)
                            .join(' · ')}
                        </bdi>
                        <RelativeTime at={delivery.created_at} />
                      </span>
                    </span>
                    <ChevronRight aria-hidden size={14} className="shrink-0 text-ink-3 rtl:-scale-x-100" />
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        <ShowMore list={list} label="Show older ones" />
      </div>
    </>
  );
}
