import { Link } from '@tanstack/react-router';
import { CircleAlert, CornerUpLeft } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Conversation } from '@/lib/api';
import { cx } from '@/lib/cx';
import { formatPhone } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { RelativeTime } from '@/ui/relative-time';

interface Props {
  account: string;
  conversation: Conversation;
  selected: boolean;
}

export function ConversationRow({ account, conversation, selected }: Props) {
  const { contact, last_message: last, unread } = conversation;
  const row = useRef<HTMLAnchorElement>(null);
  const name = contact.name || formatPhone(contact.phone ?? '') || 'Unknown';
  const failed = last?.status === 'failed' || last?.status === 'undelivered';
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <Link
      ref={row}
      to="/a/$account/inbox"
      params={{ account }}
      search={(search: object) => ({ ...search, conversation: conversation.id, to: undefined })}
      aria-current={selected || undefined}
      data-testid="conversation"
      className={cx(
        'flex gap-2.5 border-line border-b py-2.5 ps-2 pe-3 -outline-offset-2! [contain-intrinsic-size:auto_61px] [content-visibility:auto]',
        selected ? 'bg-brand-soft' : 'hover:bg-hover',
      )}
    >
      <span className="flex items-center gap-1.5">
        <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', unread > 0 && 'bg-brand')} />
        <Avatar name={contact.name ?? ''} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline justify-between gap-2">
          <span className={cx('truncate', unread > 0 ? 'font-semibold' : 'font-medium')}>
            <bdi>{name}</bdi>
          </span>
          <span className="shrink-0 text-ink-3 text-xs">
            <RelativeTime at={last?.created_at ?? conversation.updated_at} short />
          </span>
        </span>
        <span className={cx('flex items-center gap-1 text-xs', unread > 0 ? 'text-ink' : 'text-ink-2')}>
          {failed && <CircleAlert aria-label="Not delivered" size={12} className="shrink-0 text-bad" />}
          {last?.direction === 'out' && !failed && (
            <CornerUpLeft aria-label="You:" size={12} className="shrink-0 text-ink-3" />
          )}
          <span className="truncate">{last?.body ?? 'No messages yet'}</span>
          {unread > 0 && <span className="sr-only">, {unread} unread</span>}
        </span>
      </span>
    </Link>
  );
}
