import { lazyRouteComponent } from '@tanstack/react-router';

export { auditSearch } from './search';

export const AuditScreen = lazyRouteComponent(() => import('./screens/audit-screen'), 'AuditScreen');
export const AgencyAuditScreen = lazyRouteComponent(
  () => import('./screens/agency-audit-screen'),
  'AgencyAuditScreen',
);
