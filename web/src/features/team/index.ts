import { lazyRouteComponent } from '@tanstack/react-router';

export { teamSearch } from './search';

export const TeamsScreen = lazyRouteComponent(() => import('./screens/teams-screen'), 'TeamsScreen');
