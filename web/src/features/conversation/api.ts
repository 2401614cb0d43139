import {
  infiniteQueryOptions,
  type Query,
  type QueryClient,
  type QueryKey,
  queryOptions,
  replaceEqualDeep,
} from '@tanstack/react-query';
import {
  api,
  type Conversation,
  type ConversationPatch,
  cursorPaging,
  idempotency,
  type Message,
  mapPages,
  ok,
  type Page,
  type Pages,
  prepend,
} from '@/lib/api';
import { inView, newerMessage, placeConversation, type View } from './model';

const one = '/api/v1/sub-accounts/{sub_account}/conversations/{conversation}';

export const conversationsKey = (account: string) => ['account', account, 'conversations'] as const;
export const conversationKey = (account: string, id: string) =>
  ['account', account, 'conversation', id] as const;
export const messagesKey = (account: string, id: string) => ['account', account, 'messages', id] as const;

export const conversationsQuery = (account: string, view: View) =>
  infiniteQueryOptions({
    queryKey: [...conversationsKey(account), view],
    queryFn: ({ pageParam, signal }): Promise<Page<Conversation>> =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/conversations', {
          signal,
          params: {
            path: { sub_account: account },
            query: {
              status: view === 'all' ? 'all' : 'open',
              unread: view === 'unread' || undefined,
              cursor: pageParam,
              limit: 50,
            },
          },
        }),
      ),
    ...cursorPaging,
  });

export const conversationQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: conversationKey(account, id),
    queryFn: ({ signal }) =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, conversation: id } } })),
  });

/** The conversation with a contact; null when there is none yet. */
export const conversationWithQuery = (account: string, contactId: string) =>
  queryOptions({
    queryKey: [...conversationsKey(account), 'with', contactId],
    queryFn: async ({ signal }): Promise<Conversation | null> => {
      const page = await ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/conversations', {
          signal,
          params: {
            path: { sub_account: account },
            query: { status: 'all', contact_id: contactId, limit: 1 },
          },
        }),
      );
      return page.items[0] ?? null;
    },
  });

/** Newest first, as the API pages them. */
export const messagesQuery = (account: string, id: string) =>
  infiniteQueryOptions({
    queryKey: messagesKey(account, id),
    queryFn: ({ pageParam, signal }): Promise<Page<Message>> =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/conversations/{conversation}/messages', {
          signal,
          params: {
            path: { sub_account: account, conversation: id },
            query: { cursor: pageParam, limit: 50 },
          },
        }),
      ),
    ...cursorPaging,
    structuralSharing: (shown, read) =>
      replaceEqualDeep(shown, neverOlder(shown as Pages<Message> | undefined, read as Pages<Message>)),
  });

/** What was read, but each message in no older state than the one that is shown. */
function neverOlder(shown: Pages<Message> | undefined, read: Pages<Message>): Pages<Message> {
  const known = new Map(shown?.pages.flatMap(({ items }) => items).map((item) => [item.id, item]));
  return mapPages(read, (item) => newerMessage(known.get(item.id) ?? item, item));
}

export function sendText(account: string, contactId: string, body: string, key: string): Promise<Message> {
  return ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/messages', {
      params: { path: { sub_account: account }, header: idempotency(key) },
      body: { contact_id: contactId, channel: 'sms', body },
    }),
  );
}

export function retryMessage(account: string, message: string): Promise<Message> {
  return ok(
    api.POST('/api/v1/sub-accounts/{sub_account}/messages/{message}/retry', {
      params: { path: { sub_account: account, message }, header: idempotency() },
    }),
  );
}

export function patchConversation(
  account: string,
  id: string,
  body: ConversationPatch,
): Promise<Conversation> {
  return ok(api.PATCH(one, { params: { path: { sub_account: account, conversation: id } }, body }));
}

/** Shows a conversation as it is now, in every list that has or should have it. */
export function storeConversation(client: QueryClient, account: string, changed: Conversation): void {
  client.setQueryData<Conversation>(conversationKey(account, changed.id), changed);
  for (const view of ['open', 'unread', 'all'] as const)
    client.setQueryData<Pages<Conversation>>(conversationsQuery(account, view).queryKey, (pages) => {
      const [first, ...rest] = pages?.pages ?? [];
      if (!pages || !first) return pages;
      const elsewhere = { ...pages, pages: rest };
      const others = mapPages(elsewhere, (item) => (item.id === changed.id ? null : item)).pages;
      return {
        ...pages,
        pages: [{ ...first, items: placeConversation(first.items, changed, inView[view]) }, ...others],
      };
    });
  readAfterwards(client, conversationKey(account, changed.id));
  for (const view of ['open', 'unread', 'all'] as const)
    readAfterwards(client, conversationsQuery(account, view).queryKey);
}

/** Shows a message in its thread, once, and never in an older state than it had. */
export function storeMessage(client: QueryClient, account: string, message: Message): void {
  client.setQueryData<Pages<Message>>(messagesKey(account, message.conversation_id), (pages) => {
    if (!pages) return pages;
    const known = pages.pages.some((page) => page.items.some(({ id }) => id === message.id));
    return known
      ? mapPages(pages, (item) => (item.id === message.id ? newerMessage(item, message) : item))
      : prepend(pages, message);
  });
  readAfterwards(client, messagesKey(account, message.conversation_id));
}

const awaited = new WeakSet<Query>();

/**
 * An answer that is under way may have been written before what was just stored, and will stand in its place: a
 * thread that is read for the first time, earlier messages, a refetch. Then it is read once more when it has come.
 */
function readAfterwards(client: QueryClient, queryKey: QueryKey): void {
  const query = client.getQueryCache().find({ queryKey });
  if (!query?.promise || query.state.fetchStatus === 'idle' || awaited.has(query)) return;
  awaited.add(query);
  const read = () => {
    awaited.delete(query);
    void client.invalidateQueries({ queryKey, exact: true });
  };
  query.promise.then(read, read);
}
