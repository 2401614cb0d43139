import { oneOf, text } from '@/lib/search';

export const sorts = ['name', '-name', 'created_at', '-created_at'] as const;

export type CompanySort = (typeof sorts)[number];

export interface CompanySearch {
  q?: string;
  tag?: string;
  sort?: CompanySort;
  /** The company in the panel, or "new". */
  company?: string;
}

export function companySearch(raw: Record<string, unknown>): CompanySearch {
  return {
    q: text(raw.q),
    tag: text(raw.tag),
    sort: oneOf(raw.sort, sorts),
    company: text(raw.company),
  };
}
