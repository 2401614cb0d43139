import { lazyRouteComponent } from '@tanstack/react-router';

export { contactQuery } from './api';
export { ContactSummary } from './components/contact-summary';
export { RecordNotes } from './components/record-notes';
export { RecordTimeline } from './components/record-timeline';
export { applyContactEvent, contactEventKinds } from './events';
export { refreshCompanyColumns } from './list';
export { contactSearch, duplicateSearch } from './search';
export { refreshTimeline } from './timeline';

export const ContactsScreen = lazyRouteComponent(() => import('./screens/contacts-screen'), 'ContactsScreen');
export const BulkScreen = lazyRouteComponent(() => import('./screens/bulk-screen'), 'BulkScreen');
export const DuplicatesScreen = lazyRouteComponent(
  () => import('./screens/duplicates-screen'),
  'DuplicatesScreen',
);
export const ApartScreen = lazyRouteComponent(() => import('./screens/apart-screen'), 'ApartScreen');
