import { lazyRouteComponent } from '@tanstack/react-router';

export { applyCompanyEvent, companyEventKinds } from './events';
export { companySearch } from './search';

export const CompaniesScreen = lazyRouteComponent(
  () => import('./screens/companies-screen'),
  'CompaniesScreen',
);
