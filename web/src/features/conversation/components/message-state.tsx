import { Check, CheckCheck, CircleAlert, CircleHelp, Clock, Hand, type LucideIcon } from 'lucide-react';
import type { Message } from '@/lib/api';
import { cx } from '@/lib/cx';
import { deliveryState } from '../model';

const icons: Record<Message['status'], LucideIcon> = {
  held: Hand,
  queued: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  undelivered: CircleAlert,
  failed: CircleAlert,
  unknown: CircleHelp,
  received: Check,
};

const tones = { quiet: 'text-ink-3', good: 'text-ink-3', warn: 'text-warn', bad: 'text-bad' };

export function MessageState({ message }: { message: Pick<Message, 'status' | 'error_code'> }) {
  const state = deliveryState(message);
  const Icon = icons[message.status];
  return (
    <span data-testid="message-state" className={cx('inline-flex items-center gap-1', tones[state.tone])}>
      <Icon aria-hidden size={12} className="shrink-0" />
      {state.words}
    </span>
  );
}
