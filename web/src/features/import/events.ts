import type { QueryClient } from '@tanstack/react-query';
import type { ServerEvent } from '@/lib/stream';
import { importKey, importsKey } from './keys';

export const importEventKinds = [
  'import.started',
  'import.paused',
  'import.resumed',
  'import.cancelled',
  'import.done',
  'import.undoing',
  'import.undone',
];

/** Brings the page up to date with what became of an import elsewhere. */
export function applyImportEvent(client: QueryClient, account: string, event: ServerEvent): void {
  void client.invalidateQueries({ queryKey: importsKey(account) });
  void client.invalidateQueries({ queryKey: importKey(account, event.subject_id) });
  // A thousand rows tell of themselves in one event: whoever looks at the list reads it anew.
  if (event.kind === 'import.done' || event.kind === 'import.undone')
    void client.invalidateQueries({ queryKey: ['account', account, 'contacts'] });
}
