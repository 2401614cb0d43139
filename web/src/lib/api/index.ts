export { api, idempotency, ifMatch, ok } from './client';
export { cursorPaging, flatten, mapPages, type Page, type Pages, prepend } from './page';
export { explain, isProblem, Problem } from './problem';
export type * from './types';
