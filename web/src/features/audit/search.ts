import { text } from '@/lib/search';

/** A list of changes in its URL. */
export interface AuditSearch {
  /** A kind of actor, or the id of one. */
  who?: string;
  action?: string;
  /** A kind of record. */
  kind?: string;
  /** The id of one record. */
  record?: string;
  /** A part of a changed field's path. */
  field?: string;
  /** The first and the last day, such as 2026-02-28, in the reader's time zone. */
  from?: string;
  to?: string;
  /** In the agency's: the id of a sub-account that it is about. */
  account?: string;
}

const day = (value: unknown) => {
  const found = text(value);
  return found && /^\d{4}-\d\d-\d\d$/.test(found) && !Number.isNaN(Date.parse(found)) ? found : undefined;
};
const uuid = (value: unknown) => {
  const found = text(value);
  return found && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(found) ? found : undefined;
};

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return {
    who: text(raw.who),
    action: text(raw.action),
    kind: text(raw.kind),
    record: uuid(raw.record),
    field: text(raw.field),
    from: day(raw.from),
    to: day(raw.to),
    account: uuid(raw.account),
  };
}
