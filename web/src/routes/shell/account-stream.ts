import type { QueryClient } from '@tanstack/react-query';
import { applyCompanyEvent, companyEventKinds } from '@/features/company';
import { applyContactEvent, contactEventKinds } from '@/features/contact';
import { applyConversationEvent, conversationEventKinds, dropThreads } from '@/features/conversation';
import { applyImportEvent, importEventKinds } from '@/features/import';
import { applyWebhookEvent, webhookEventKinds } from '@/features/webhook';
import { followStream, type StreamStatus } from '@/lib/stream';
import { beginStream } from '@/lib/stream/position';

/** Follows what happens in an account, and keeps what was read of it true, until what it answers with is called. */
export function followAccount(
  client: QueryClient,
  account: string,
  onStatus: (status: StreamStatus) => void,
): () => void {
  return followStream({
    name: `omnicrm.stream.${account}`,
    url: `/api/v1/sub-accounts/${encodeURIComponent(account)}/events`,
    kinds: [
      ...contactEventKinds,
      ...companyEventKinds,
      ...conversationEventKinds,
      ...importEventKinds,
      ...webhookEventKinds,
    ],
    begin: (onBehind) => beginStream(account, onBehind),
    onStatus,
    // What is being read now is fresh enough: only what was read before is read again.
    onGap: () => void client.invalidateQueries({ queryKey: ['account', account] }, { cancelRefetch: false }),
    // What is held may be out of reach: it goes, and what is on the screen is asked for again.
    onReach: () => void client.resetQueries({ queryKey: ['account', account] }),
    onEvent: (event) => {
      if (event.kind === 'contact.left') dropThreads(client, account, event.subject_id);
      if (contactEventKinds.includes(event.kind)) applyContactEvent(client, account, event);
      else if (companyEventKinds.includes(event.kind)) applyCompanyEvent(client, account, event);
      else if (webhookEventKinds.includes(event.kind)) applyWebhookEvent(client, account, event);
      else if (importEventKinds.includes(event.kind)) applyImportEvent(client, account, event);
      else applyConversationEvent(client, account, event);
    },
  });
}
