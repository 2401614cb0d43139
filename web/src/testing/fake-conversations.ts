import type { Contact, Conversation, Message } from '@/lib/api';
import { id, makeContact, makeConversation, makeMessages, me } from './fake-data';
import { missing, type Route } from './fake-refusal';

interface Room {
  contacts: Contact[];
  emit(kind: string, subject: string, after: unknown): void;
}

/** Threads and their messages; what is sent goes its way within a second. */
export class FakeConversations {
  conversations: Conversation[] = [];
  messages: Message[] = [];
  private made = 50_000;

  constructor(private room: Room) {
    for (const [n, contact] of room.contacts.slice(0, 12).entries()) {
      const messages = makeMessages(n, contact);
      this.messages.push(...messages);
      this.conversations.push(makeConversation(n, contact, messages));
    }
  }

  routes: Route[] = [
    ['GET', /\/conversations$/, (_, __, url) => this.list(url.searchParams)],
    ['GET', /\/conversations\/([^/]+)$/, ([, one]) => this.find(one) ?? missing],
    ['PATCH', /\/conversations\/([^/]+)$/, ([, one], body) => this.patch(one, body)],
    [
      'GET',
      /\/conversations\/([^/]+)\/messages$/,
      ([, one]) => ({ items: this.messages.filter((item) => item.conversation_id === one).toReversed() }),
    ],
    ['POST', /\/messages$/, (_, body) => this.send(String(body.contact_id), String(body.body))],
    [
      'POST',
      /\/messages\/(.+)\/retry$/,
      ([, one]) => {
        const message = this.messages.find((item) => item.id === one);
        const now = new Date().toISOString();
        return (
          message && this.change({ ...message, status: 'queued', error_code: undefined, status_at: now })
        );
      },
    ],
  ];

  /** Puts a message into its thread, and its thread on top. */
  add(contactId: string, changes: Partial<Message>): Message {
    const contact = this.room.contacts.find((item) => item.id === contactId) ?? makeContact(0);
    const known = this.conversations.find((item) => item.contact.id === contactId);
    const n = this.made++;
    const now = new Date().toISOString();
    const message: Message = {
      id: id(5, n),
      conversation_id: known?.id ?? id(3, n),
      contact_id: contactId,
      channel: 'sms',
      direction: 'out',
      body: '',
      status: 'queued',
      from: '+14155550100',
      to: contact.phone,
      actor: { kind: 'person', id: me, name: 'Dana Whitfield' },
      created_at: now,
      status_at: now,
      ...changes,
    };
    this.messages.push(message);
    const conversation = makeConversation(n, contact, [message]);
    this.conversations = [
      { ...conversation, id: message.conversation_id, unread: message.direction === 'in' ? 1 : 0 },
      ...this.conversations.filter((item) => item.contact.id !== contactId),
    ];
    this.room.emit('message.created', message.id, message);
    return message;
  }

  /** Shows a message in another state, and says so on the stream. */
  change(message: Message): Message {
    this.messages = this.messages.map((item) => (item.id === message.id ? message : item));
    this.room.emit('message.updated', message.id, message);
    return message;
  }

  private find(one: string | undefined) {
    return this.conversations.find((item) => item.id === one);
  }

  private list(query: URLSearchParams) {
    const items = this.conversations
      .filter((item) => query.get('status') === 'all' || item.status === 'open')
      .filter((item) => query.get('unread') !== 'true' || item.unread > 0)
      .filter((item) => !query.get('contact_id') || item.contact.id === query.get('contact_id'))
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
    return { items };
  }

  private patch(one: string | undefined, body: Record<string, unknown>) {
    this.conversations = this.conversations.map((item) =>
      item.id === one
        ? { ...item, unread: body.read ? 0 : item.unread, status: (body.status as 'open') ?? item.status }
        : item,
    );
    return this.find(one) ?? missing;
  }

  private send(contactId: string, body: string): Message {
    const message = this.add(contactId, { body });
    for (const [i, status] of (['sending', 'sent', 'delivered'] as const).entries())
      setTimeout(
        () => this.change({ ...message, status, status_at: new Date().toISOString() }),
        300 * (i + 1),
      );
    return message;
  }
}
