import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Check, MailOpen, MessageSquare, Reply, UserPlus } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ContactSummary } from '@/features/contact';
import { type Conversation, explain, flatten } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { cx } from '@/lib/cx';
import { toast } from '@/lib/toast';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { LinkButton } from '@/ui/link-button';
import { PageHeader } from '@/ui/page-header';
import { Segmented } from '@/ui/segmented';
import { SidePanel } from '@/ui/side-panel';
import {
  conversationQuery,
  conversationsQuery,
  conversationWithQuery,
  patchConversation,
  storeConversation,
} from '../api';
import { ConversationList } from '../components/conversation-list';
import { ThreadHeader } from '../components/thread-header';
import { ThreadPane } from '../components/thread-pane';
import { neighbour, type View } from '../model';

const route = getRouteApi('/signed-in/a/$account/inbox');

const views = [
  { value: 'open', label: 'Open' },
  { value: 'unread', label: 'Unread' },
  { value: 'all', label: 'All' },
] as const;

/** Three panes where there is room, one after the other where there is not. */
export function InboxScreen() {
  const { account } = route.useParams();
  const { show, conversation: openId, to } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const composer = useRef<HTMLTextAreaElement>(null);
  const [details, setDetails] = useState(false);
  const view: View = show ?? 'open';

  const query = useInfiniteQuery(conversationsQuery(account, view));
  const list = useMemo(() => flatten(query.data), [query.data]);
  // Writing to a contact goes on in their conversation when there is one.
  const known = useQuery({ ...conversationWithQuery(account, to ?? ''), enabled: Boolean(to) && !openId });
  const id = openId ?? (to ? known.data?.id : undefined);
  const listed = list.find((item) => item.id === id);
  const single = useQuery({ ...conversationQuery(account, id ?? ''), enabled: Boolean(id) });
  const current = listed ?? (id ? single.data : undefined);
  const contactId = current?.contact.id ?? (id || known.isLoading ? undefined : to);

  const go = (next: string | undefined) =>
    navigate({
      search: (old) => ({ ...old, conversation: next, to: undefined }),
      replace: Boolean(id && next),
    });
  const change = useCallback(
    async (conversation: Conversation, patch: { status?: 'open' | 'resolved'; read?: true }) => {
      const { read, ...rest } = patch;
      storeConversation(client, account, {
        ...conversation,
        ...rest,
        unread: read ? 0 : conversation.unread,
      });
      try {
        storeConversation(client, account, await patchConversation(account, conversation.id, patch));
      } catch (error) {
        storeConversation(client, account, conversation);
        if (!read) toast({ title: 'This was not saved', detail: explain(error), tone: 'bad' });
      }
    },
    [client, account],
  );
  const markRead = useCallback(
    (conversation: Conversation) => void change(conversation, { read: true }),
    [change],
  );
  const setStatus = (status: 'open' | 'resolved') => {
    if (!current) return;
    void change(current, { status });
    if (status === 'open') return;
    void go(view === 'all' ? current.id : neighbour(list, current.id));
    toast({
      title: `${current.contact.name || 'Conversation'} resolved`,
      action: { label: 'Undo', run: () => change({ ...current, status: 'resolved' }, { status: 'open' }) },
    });
  };
  const step = (by: number) => {
    const at = list.findIndex((item) => item.id === id);
    const next = list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))];
    if (next) void go(next.id);
  };
  useCommands([
    {
      id: 'inbox.next',
      title: 'Next conversation',
      group: 'Inbox',
      keys: 'j',
      palette: false,
      run: () => step(1),
    },
    {
      id: 'inbox.previous',
      title: 'Previous conversation',
      group: 'Inbox',
      keys: 'k',
      palette: false,
      run: () => step(-1),
    },
    ...(current
      ? [
          {
            id: 'inbox.resolve',
            title: 'Resolve and go to the next',
            group: 'Inbox',
            keys: 'e',
            icon: Check,
            run: () => setStatus('resolved'),
          },
          {
            id: 'inbox.reply',
            title: 'Write an answer',
            group: 'Inbox',
            keys: 'r',
            icon: Reply,
            run: () => composer.current?.focus(),
          },
        ]
      : []),
    {
      id: 'inbox.unread',
      title: view === 'unread' ? 'Show all open' : 'Show only unread',
      group: 'Inbox',
      keys: 'u',
      icon: MailOpen,
      run: () => navigate({ search: (old) => ({ ...old, show: view === 'unread' ? undefined : 'unread' }) }),
    },
  ]);

  const start = (
    <LinkButton to="/a/$account/contacts" params={{ account }} icon={UserPlus}>
      Choose a contact
    </LinkButton>
  );
  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-label="Inbox"
        className={cx(
          'min-h-0 w-full flex-col border-line lg:flex lg:w-80 lg:shrink-0 lg:border-e',
          openId || to ? 'hidden' : 'flex',
        )}
      >
        <PageHeader
          title="Inbox"
          actions={
            <Segmented
              label="Which conversations"
              value={view}
              options={views}
              onChange={(next) =>
                navigate({ search: (old) => ({ ...old, show: next === 'open' ? undefined : next }) })
              }
            />
          }
        />
        <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
          <ConversationList
            account={account}
            view={view}
            conversations={list}
            query={query}
            selected={id}
            start={start}
          />
        </div>
      </section>
      {contactId ? (
        <ThreadPane
          key={contactId}
          account={account}
          contactId={contactId}
          conversation={current}
          inputRef={composer}
          onRead={markRead}
          onFirstMessage={(conversation) => go(conversation)}
          header={({ name, phone }) => (
            <ThreadHeader
              name={name}
              phone={phone}
              status={current?.status}
              onBack={() => go(undefined)}
              onDetails={() => setDetails(true)}
              onStatus={setStatus}
            />
          )}
        />
      ) : id && single.error ? (
        <div className="flex-1">
          <Failure error={single.error} retry={() => single.refetch()} />
        </div>
      ) : (
        <div className={cx('min-w-0 flex-1', !id && 'hidden lg:block')}>
          {!id && list.length > 0 && (
            <EmptyState icon={MessageSquare} title="Nothing open">
              J and K walk through the list, E resolves, R answers.
            </EmptyState>
          )}
        </div>
      )}
      {contactId && (
        <aside
          aria-label="Contact"
          className="scroll-thin hidden w-72 shrink-0 overflow-y-auto border-line border-s xl:block"
        >
          <ContactSummary account={account} id={contactId} />
        </aside>
      )}
      <SidePanel
        open={details && Boolean(contactId)}
        onClose={() => setDetails(false)}
        title="Contact details"
      >
        {contactId && <ContactSummary account={account} id={contactId} />}
      </SidePanel>
    </div>
  );
}
