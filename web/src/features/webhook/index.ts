import { lazyRouteComponent } from '@tanstack/react-router';

export { applyWebhookEvent, webhookEventKinds } from './events';
export { webhookSearch } from './search';

export const WebhooksScreen = lazyRouteComponent(() => import('./screens/webhooks-screen'), 'WebhooksScreen');
