import { oneOf, text } from '@/lib/search';

export interface TaskSearch {
  /** Whose: "all", "none" for those that nobody has taken, or a member's id; one's own unless it is said. */
  who?: string;
  status?: 'done';
  /** The task in the panel. */
  task?: string;
}

export function taskSearch(raw: Record<string, unknown>): TaskSearch {
  return { who: text(raw.who), status: oneOf(raw.status, ['done']), task: text(raw.task) };
}
