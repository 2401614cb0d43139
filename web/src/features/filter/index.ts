export { FilterBuilder } from './components/filter-builder';
export { FilterVerdicts } from './components/filter-verdicts';
