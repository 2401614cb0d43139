export { fileAddress, fileQuery, uploadFile } from './api';
export { FileList } from './components/file-list';
