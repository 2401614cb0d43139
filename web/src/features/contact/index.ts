import { lazyRouteComponent } from '@tanstack/react-router';

export { contactQuery } from './api';
export { ContactSummary } from './components/contact-summary';
export { applyContactEvent, contactEventKinds } from './events';
export { contactSearch } from './search';

export const ContactsScreen = lazyRouteComponent(() => import('./screens/contacts-screen'), 'ContactsScreen');
export const BulkScreen = lazyRouteComponent(() => import('./screens/bulk-screen'), 'BulkScreen');
