import { text } from '@/lib/search';

export interface SubAccountSearch {
  q?: string;
  /** The side panel: a sub-account's name. */
  panel?: string;
  /** The form for a new one is open. */
  create?: boolean;
}

/** The console's list in its URL. */
export function subAccountSearch(raw: Record<string, unknown>): SubAccountSearch {
  return { q: text(raw.q), panel: text(raw.panel), create: raw.create === true || undefined };
}
