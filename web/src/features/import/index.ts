import { lazyRouteComponent } from '@tanstack/react-router';

export { applyImportEvent, importEventKinds } from './events';

export const ImportsScreen = lazyRouteComponent(() => import('./screens/imports-screen'), 'ImportsScreen');
export const ImportScreen = lazyRouteComponent(() => import('./screens/import-screen'), 'ImportScreen');
