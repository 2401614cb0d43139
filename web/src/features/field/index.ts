export { contactFieldsQuery } from './api';
export { CustomFieldsForm } from './components/custom-fields-form';
export { RecordPicker } from './components/record-picker';
