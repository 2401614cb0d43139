import { lazyRouteComponent } from '@tanstack/react-router';

export { applyConversationEvent, conversationEventKinds, dropThreads } from './events';
export { inboxSearch } from './search';

export const InboxScreen = lazyRouteComponent(() => import('./screens/inbox-screen'), 'InboxScreen');
