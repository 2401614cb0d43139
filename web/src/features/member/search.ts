import { text } from '@/lib/search';

export interface MemberSearch {
  q?: string;
  /** The side panel: a person's id. */
  member?: string;
  /** The form that invites is open. */
  invite?: boolean;
}

/** The lists of people and invitations in their URL. */
export function memberSearch(raw: Record<string, unknown>): MemberSearch {
  return { q: text(raw.q), member: text(raw.member), invite: raw.invite === true || undefined };
}
