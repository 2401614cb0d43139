export { api, idempotency, ifMatch, ok } from './client';
export { cursorPaging, flatten, mapPages, type Page, type Pages, prepend } from './page';
export { explain, isProblem, Problem, type ProblemField } from './problem';
export type * from './types';
