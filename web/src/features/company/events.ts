import type { QueryClient } from '@tanstack/react-query';
import { refreshCompanyColumns, refreshTimeline } from '@/features/contact';
import type { ServerEvent } from '@/lib/stream';
import { companiesKey, companyKey } from './keys';

export const companyEventKinds = ['company.created', 'company.updated', 'company.deleted'];

/** Brings the page up to date with what happened to a company elsewhere. */
export function applyCompanyEvent(client: QueryClient, account: string, event: ServerEvent): void {
  void client.invalidateQueries({ queryKey: companiesKey(account) });
  refreshCompanyColumns(client, account);
  if (event.kind === 'company.deleted')
    return client.removeQueries({ queryKey: companyKey(account, event.subject_id) });
  void client.invalidateQueries({ queryKey: companyKey(account, event.subject_id) });
  refreshTimeline(client, account, event.subject_id);
}
