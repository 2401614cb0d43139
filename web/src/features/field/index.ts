export { contactFieldsQuery } from './api';
