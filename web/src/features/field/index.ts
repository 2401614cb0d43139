import { lazyRouteComponent } from '@tanstack/react-router';

export { contactFieldsQuery } from './api';
export { CustomFieldsForm } from './components/custom-fields-form';
export { RecordPicker } from './components/record-picker';
export { fieldSearch } from './search';

export const FieldsScreen = lazyRouteComponent(() => import('./screens/fields-screen'), 'FieldsScreen');
