import { lazyRouteComponent } from '@tanstack/react-router';

export { companyFieldsQuery, contactFieldsQuery } from './api';
export { valueClashes } from './clashes';
export { CustomFieldsFacts } from './components/custom-fields-facts';
export { CustomFieldsForm } from './components/custom-fields-form';
export { RecordName } from './components/record-name';
export { RecordPicker } from './components/record-picker';
export { recordQuery } from './records';
export { refusedValues } from './refusal';
export { fieldSearch } from './search';

export const FieldsScreen = lazyRouteComponent(() => import('./screens/fields-screen'), 'FieldsScreen');
