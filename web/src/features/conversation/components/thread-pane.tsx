import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useMemo } from 'react';
import { allowsIn, useSession } from '@/features/access';
import { contactQuery } from '@/features/contact';
import { type Conversation, flatten, type Message } from '@/lib/api';
import { formatPhone } from '@/lib/format';
import { useStore } from '@/lib/store';
import { Banner } from '@/ui/banner';
import { EmptyState } from '@/ui/empty-state';
import { messagesQuery } from '../api';
import { answeredMeanwhile, mergeThread } from '../model';
import { outbox, send } from '../outbox';
import { Composer } from './composer';
import { Thread } from './thread';

interface Props {
  account: string;
  contactId: string;
  /** Not there yet for a first text. */
  conversation?: Conversation;
  header: (who: { name: string; phone?: string }) => ReactNode;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  onRead: (conversation: Conversation) => void;
  onFirstMessage: (conversation: string) => void;
}

export function ThreadPane(props: Props) {
  const { account, contactId, conversation, onRead, onFirstMessage } = props;
  const client = useQueryClient();
  const session = useSession();
  const waiting = useStore(outbox);
  const contact = useQuery(contactQuery(account, contactId)).data;
  const query = useInfiniteQuery({
    ...messagesQuery(account, conversation?.id ?? ''),
    enabled: Boolean(conversation),
  });
  const messages = useMemo(() => flatten(query.data), [query.data]);
  const items = useMemo(
    () =>
      mergeThread(
        messages,
        waiting.filter((item) => item.contactId === contactId),
      ),
    [messages, waiting, contactId],
  );

  useEffect(() => {
    if (conversation && conversation.unread > 0 && document.visibilityState === 'visible')
      onRead(conversation);
  }, [conversation, onRead]);

  const phone = contact?.phone || conversation?.contact.phone;
  const name = contact?.name || conversation?.contact.name || formatPhone(phone ?? '') || 'this contact';
  const submit = async (body: string) => {
    const after =
      messages
        .map(({ id }) => id)
        .sort()
        .at(-1) ?? '';
    const message: Message | null = await send(client, { account, contactId, body, after });
    if (message && !conversation) onFirstMessage(message.conversation_id);
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      {props.header({ name, phone: phone ?? undefined })}
      {!conversation && items.length === 0 ? (
        <div className="min-h-0 flex-1">
          <EmptyState icon={MessageSquareText} title={`Your first text to ${name}`}>
            Say who you are: they may not know your number yet.
          </EmptyState>
        </div>
      ) : (
        <Thread
          key={contactId}
          account={account}
          me={session.person.id}
          items={items}
          query={conversation ? query : undefined}
        />
      )}
      {allowsIn(session, { account }, 'messages.send') ? (
        <Composer
          contactId={contactId}
          name={name}
          optedOut={contact?.opted_out ?? false}
          answeredSince={(since) => answeredMeanwhile(messages, since, session.person.id)}
          onSend={submit}
          inputRef={props.inputRef}
          autoFocus={!conversation}
        />
      ) : (
        <div className="p-3">
          <Banner>Your role reads conversations, but does not send.</Banner>
        </div>
      )}
    </div>
  );
}
