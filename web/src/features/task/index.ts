export { refreshTasks } from './api';
export { RecordTasks } from './components/record-tasks';
