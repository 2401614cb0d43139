import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Conversation, Message, Page } from '@/lib/api';
import type { ServerEvent } from '@/lib/stream';
import { conversationKey, conversationsKey, messagesKey, storeConversation, storeMessage } from './api';

export const conversationEventKinds = ['conversation.updated', 'message.created', 'message.updated'];

/**
 * Brings the inbox up to date with what happened elsewhere. A message goes
 * straight into its thread; the list's order, previews and counts are the
 * server's to tell, so they are read again unless the event brings them.
 */
export function applyConversationEvent(client: QueryClient, account: string, event: ServerEvent): void {
  const after = (event.payload as { after?: unknown } | null)?.after;
  if (event.kind === 'conversation.updated') {
    if (isConversation(after)) return storeConversation(client, account, after);
    void client.invalidateQueries({ queryKey: conversationKey(account, event.subject_id) });
    return refreshLists(client, account);
  }
  if (isMessage(after)) storeMessage(client, account, after);
  else void client.invalidateQueries({ queryKey: ['account', account, 'messages'] });
  refreshLists(client, account);
}

/** A contact is out of reach, and so are its threads: they go at once, the list is asked for again. */
export function dropThreads(client: QueryClient, account: string, contactId: string): void {
  const gone = new Set<string>();
  client.setQueriesData<InfiniteData<Page<Conversation>>>({ queryKey: conversationsKey(account) }, (data) => {
    if (!data?.pages) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.filter((it) => it.contact.id !== contactId || !gone.add(it.id)),
    }));
    return { ...data, pages };
  });
  client.removeQueries({ queryKey: [...conversationsKey(account), 'with', contactId] });
  for (const id of gone) {
    client.removeQueries({ queryKey: messagesKey(account, id) });
    client.removeQueries({ queryKey: conversationKey(account, id) });
  }
  refreshLists(client, account);
}

const scheduled = new WeakMap<QueryClient, ReturnType<typeof setTimeout>>();

/** Many events in a burst (a bulk send) cost one request. */
function refreshLists(client: QueryClient, account: string): void {
  clearTimeout(scheduled.get(client));
  scheduled.set(
    client,
    setTimeout(() => void client.invalidateQueries({ queryKey: conversationsKey(account) }), 150),
  );
}

function isConversation(value: unknown): value is Conversation {
  const it = value as Partial<Conversation> | null | undefined;
  return Boolean(it?.id && it.contact?.id && it.status && it.updated_at && typeof it.unread === 'number');
}

function isMessage(value: unknown): value is Message {
  const it = value as Partial<Message> | null | undefined;
  return Boolean(it?.id && it.conversation_id && it.direction && it.status && it.status_at && it.created_at);
}
