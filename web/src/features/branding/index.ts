export { brandQuery, useBrand } from './api';
export { BrandMark } from './components/brand-mark';
export { UnknownHostScreen } from './screens/unknown-host-screen';
export { applyBrand } from './theme';
