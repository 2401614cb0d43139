import { useMutation, useQueryClient } from '@tanstack/react-query';
import { explain, type Message } from '@/lib/api';
import { clockTime, exactTime } from '@/lib/format';
import { toast } from '@/lib/toast';
import { retryMessage, storeMessage } from '../api';
import { deliveryState } from '../model';
import { Bubble } from './bubble';
import { MessageState } from './message-state';
import { RetryButton } from './retry-button';

interface Props {
  account: string;
  message: Message;
  me: string;
}

export function MessageItem({ account, message, me }: Props) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryMessage(account, message.id),
    onSuccess: (next) => storeMessage(client, account, next),
    onError: (error) => toast({ title: 'Still not sent', detail: explain(error), tone: 'bad' }),
  });
  const own = message.direction === 'out';
  const by = own && message.actor?.id !== me ? message.actor?.name : undefined;
  return (
    <Bubble
      own={own}
      foot={
        <>
          {by && <span className="font-medium">{by}</span>}
          <time dateTime={message.created_at} title={exactTime(message.created_at)} className="tabular">
            {clockTime(message.created_at)}
          </time>
          {own && <MessageState message={message} />}
          {own && deliveryState(message).retry && (
            <RetryButton busy={retry.isPending} onClick={() => retry.mutate()} />
          )}
          {message.reason?.message && (
            <span data-testid="message-reason" className="basis-full text-end text-warn">
              {message.reason.message}
            </span>
          )}
        </>
      }
    >
      {message.body}
    </Bubble>
  );
}
