import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, RotateCcw } from 'lucide-react';
import { explain } from '@/lib/api';
import { exactTime } from '@/lib/format';
import { toast } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { Facts } from '@/ui/facts';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { Skeleton } from '@/ui/skeleton';
import { deliveryQuery, replayDelivery } from '../api';
import { deliveriesKey } from '../keys';
import { deliveryStates, pretty } from '../model';
import { AttemptItem } from './attempt-item';

interface Props {
  account: string;
  webhook: string;
  delivery: string;
  /** Off, and nothing but a test is sent. */
  enabled: boolean;
  onBack: () => void;
}

/** One delivery: what is sent, each attempt, and another go. */
export function DeliveryDetails({ account, webhook, delivery, enabled, onBack }: Props) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(deliveryQuery(account, webhook, delivery));
  const replay = useMutation({
    mutationFn: () => replayDelivery(account, webhook, delivery),
    onSuccess: () => toast({ title: 'It is sent again', tone: 'good', duration: 2500 }),
    onError: (problem) => toast({ title: 'It was not sent again', detail: explain(problem), tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: deliveriesKey(account, webhook) }),
  });
  const over = data?.state === 'succeeded' || data?.state === 'failed';
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-line border-b px-2 py-2">
        <IconButton
          icon={ArrowLeft}
          label="Back to all deliveries"
          onClick={onBack}
          className="rtl:-scale-x-100"
        />
        <h3 className="min-w-0 flex-1 truncate font-mono text-xs">{data?.event ?? 'Delivery'}</h3>
        {over && enabled && data.event !== 'webhook.ping' && (
          <Button icon={RotateCcw} busy={replay.isPending} onClick={() => replay.mutate()}>
            Send again
          </Button>
        )}
      </div>
      <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <Skeleton className="h-24" />
        ) : (
          <>
            <Facts
              rows={[
                {
                  label: 'Where it stands',
                  value: (
                    <Badge tone={deliveryStates[data.state].tone}>{deliveryStates[data.state].label}</Badge>
                  ),
                },
                { label: 'Why', value: data.state !== 'succeeded' && data.error },
                { label: 'Happened', value: exactTime(data.created_at) },
                { label: 'Next try', value: data.next_attempt_at && exactTime(data.next_attempt_at) },
                { label: 'Message', value: <code className="font-mono text-xs">{data.message_id}</code> },
                { label: 'About', value: data.subject_kind },
              ]}
            />
            <section className="flex flex-col gap-2">
              <h4 className="font-medium text-ink-2 text-xs">Attempts</h4>
              {(data.tries ?? []).length === 0 ? (
                <p className="text-ink-3 text-xs">None yet.</p>
              ) : (
                <ol className="divide-y divide-line rounded-md border border-line">
                  {(data.tries ?? []).map((attempt) => (
                    <AttemptItem key={attempt.number} attempt={attempt} />
                  ))}
                </ol>
              )}
            </section>
            <Disclosure title="What is sent" open={(data.tries ?? []).length === 0}>
              <pre
                className="scroll-thin max-h-96 overflow-auto rounded-md bg-sunken p-2.5 font-mono text-2xs"
                dir="ltr"
              >
                {pretty(data.request)}
              </pre>
            </Disclosure>
          </>
        )}
      </div>
    </>
  );
}
