import { text } from '@/lib/search';

export interface TeamSearch {
  /** The side panel: a team's id, or "new". */
  team?: string;
}

export function teamSearch(raw: Record<string, unknown>): TeamSearch {
  return { team: text(raw.team) };
}
