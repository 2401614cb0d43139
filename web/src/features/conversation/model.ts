import type { Conversation, Message } from '@/lib/api';

/** A text on its way from this tab to the server. */
export interface Outgoing {
  /** The idempotency key of every try. */
  key: string;
  contactId: string;
  body: string;
  createdAt: string;
  /** The newest message that the thread held when it was sent; ids are UUIDv7 and sort by time. */
  after: string;
  state: 'sending' | 'failed';
  /** Why it did not reach the server. */
  error?: string;
}

export type ThreadItem = { message: Message } | { outgoing: Outgoing };

/**
 * The thread as it is shown: what the server has, oldest first, then what is
 * still on its way. The stream may bring a message before the answer to its
 * own POST does; such a pair is shown once.
 */
export function mergeThread(messages: readonly Message[], outbox: readonly Outgoing[]): ThreadItem[] {
  const sorted = [...messages].sort(byTime);
  const claimed = new Set<string>();
  const waiting = outbox.filter((item) => {
    const twin = sorted.find(
      ({ id, direction, body }) =>
        direction === 'out' && id > item.after && body === item.body && !claimed.has(id),
    );
    if (!twin || item.state === 'failed') return true;
    claimed.add(twin.id);
    return false;
  });
  return [...sorted.map((message) => ({ message })), ...waiting.map((outgoing) => ({ outgoing }))];
}

/** Of two states of one message, the one that is further on: states never go backwards. */
export function newerMessage(a: Message, b: Message): Message {
  const timeA = Date.parse(a.status_at);
  const timeB = Date.parse(b.status_at);
  return timeB > timeA || (timeB === timeA && rank[b.status] >= rank[a.status]) ? b : a;
}

const rank: Record<Message['status'], number> = {
  held: 0,
  queued: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  undelivered: 4,
  delivered: 5,
  received: 5,
};

export interface DeliveryState {
  words: string;
  tone: 'quiet' | 'good' | 'warn' | 'bad';
  /** Whether another try is on offer. */
  retry: boolean;
}

/** What became of a message, in words. */
export function deliveryState(message: Pick<Message, 'status' | 'error_code'>): DeliveryState {
  const code = message.error_code ? ` (${message.error_code})` : '';
  switch (message.status) {
    case 'held':
      return { words: 'Held back', tone: 'warn', retry: true };
    case 'queued':
      return { words: 'Queued', tone: 'quiet', retry: false };
    case 'sending':
      return { words: 'Sending', tone: 'quiet', retry: false };
    case 'sent':
      return { words: 'Sent', tone: 'quiet', retry: false };
    case 'delivered':
      return { words: 'Delivered', tone: 'good', retry: false };
    case 'undelivered':
      return { words: `Not delivered${code}`, tone: 'bad', retry: true };
    case 'failed':
      return { words: `Failed${code}`, tone: 'bad', retry: true };
    case 'unknown':
      return { words: 'Checking with the carrier', tone: 'warn', retry: false };
    default:
      return { words: 'Received', tone: 'quiet', retry: false };
  }
}

/** The name of a teammate who answered after I began to write; null when nobody did. */
export function answeredMeanwhile(
  messages: readonly Message[],
  draftSince: string | null,
  me: string,
): string | null {
  if (!draftSince) return null;
  const answer = messages.findLast(
    (message) =>
      message.direction === 'out' &&
      message.actor?.kind === 'person' &&
      message.actor.id !== me &&
      message.created_at > draftSince,
  );
  return answer ? answer.actor.name || 'A teammate' : null;
}

/** Puts a conversation where it belongs in a list ordered by the latest change; leaves out what the list doesn't show. */
export function placeConversation(
  list: readonly Conversation[],
  changed: Conversation,
  shows: (conversation: Conversation) => boolean,
): Conversation[] {
  const rest = list.filter(({ id }) => id !== changed.id);
  return shows(changed) ? [...rest, changed].sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1)) : rest;
}

/** Which conversations a view shows. */
export type View = 'open' | 'unread' | 'all';

export const inView: Record<View, (conversation: Conversation) => boolean> = {
  open: ({ status }) => status === 'open',
  unread: ({ status, unread }) => status === 'open' && unread > 0,
  all: () => true,
};

/** The one to go to after `id` leaves the list: the next, else the previous. */
export function neighbour(list: readonly { id: string }[], id: string | undefined): string | undefined {
  const at = list.findIndex((item) => item.id === id);
  return (list[at + 1] ?? list[at - 1])?.id;
}

/** Items by day, in the reader's own time zone. */
export function byDay(items: readonly ThreadItem[]): { day: string; at: string; items: ThreadItem[] }[] {
  const groups = new Map<string, { day: string; at: string; items: ThreadItem[] }>();
  for (const item of items) {
    const at = 'message' in item ? item.message.created_at : item.outgoing.createdAt;
    const day = new Date(at).toDateString();
    const group = groups.get(day) ?? { day, at, items: [] };
    group.items.push(item);
    groups.set(day, group);
  }
  return [...groups.values()];
}

function byTime(a: Message, b: Message): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
