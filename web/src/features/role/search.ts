import { oneOf, text } from '@/lib/search';

export interface RoleSearch {
  show?: 'list';
  /** The side panel: a role's id, or "new". */
  role?: string;
  /** Whose copy the new one is. */
  from?: string;
}

/** The page of roles in its URL. */
export function roleSearch(raw: Record<string, unknown>): RoleSearch {
  return { show: oneOf(raw.show, ['list']), role: text(raw.role), from: text(raw.from) };
}
