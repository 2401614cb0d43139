import { lazyRouteComponent } from '@tanstack/react-router';

export { heardOfTask } from './api';
export { RecordTasks } from './components/record-tasks';
export { taskSearch } from './search';

export const TasksScreen = lazyRouteComponent(() => import('./screens/tasks-screen'), 'TasksScreen');
