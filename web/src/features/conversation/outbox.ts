import type { QueryClient } from '@tanstack/react-query';
import { explain, type Message } from '@/lib/api';
import { createStore } from '@/lib/store';
import { conversationsKey, sendText, storeMessage } from './api';
import type { Outgoing } from './model';

/** Texts that this tab has sent and the server has not confirmed, oldest first. */
export const outbox = createStore<readonly Outgoing[]>([]);

interface Send {
  account: string;
  contactId: string;
  body: string;
  /** The newest message of the thread. */
  after: string;
}

/**
 * Sends a text. It is in the outbox, and so on the screen, before the request
 * leaves; it stays there with its reason when it does not arrive. Answers the
 * server's message, or null.
 */
export function send(
  client: QueryClient,
  { account, contactId, body, after }: Send,
): Promise<Message | null> {
  const item: Outgoing = {
    key: crypto.randomUUID(),
    contactId,
    body,
    after,
    createdAt: new Date().toISOString(),
    state: 'sending',
  };
  outbox.set((items) => [...items, item]);
  return deliver(client, account, item);
}

/** Tries again with the same key, so that a text whose answer was lost is not sent twice. */
export function sendAgain(client: QueryClient, account: string, item: Outgoing): Promise<Message | null> {
  change(item.key, { state: 'sending', error: undefined });
  return deliver(client, account, item);
}

export function discard(key: string): void {
  outbox.set((items) => items.filter((item) => item.key !== key));
}

async function deliver(client: QueryClient, account: string, item: Outgoing): Promise<Message | null> {
  try {
    const message = await sendText(account, item.contactId, item.body, item.key);
    storeMessage(client, account, message);
    discard(item.key);
    void client.invalidateQueries({ queryKey: conversationsKey(account) });
    return message;
  } catch (error) {
    change(item.key, { state: 'failed', error: explain(error) });
    return null;
  }
}

function change(key: string, changes: Partial<Outgoing>): void {
  outbox.set((items) => items.map((item) => (item.key === key ? { ...item, ...changes } : item)));
}
