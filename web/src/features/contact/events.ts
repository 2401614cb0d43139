import type { QueryClient } from '@tanstack/react-query';
import { heardOfTask } from '@/features/task';
import type { ServerEvent } from '@/lib/stream';
import { type ContactChange, patchContact } from './api';
import { bulksKey } from './bulk';
import { contactKey, contactsKey } from './keys';
import { refreshNotes } from './notes';
import { refreshTimeline } from './timeline';

const noteKinds = ['note.created', 'note.updated', 'note.deleted'];
const fileKinds = ['file.created', 'file.updated', 'file.deleted'];
const taskKinds = ['task.created', 'task.updated', 'task.completed', 'task.reopened', 'task.deleted'];

const bulkKinds = ['started', 'paused', 'cancelled', 'failed', 'done', 'undoing', 'undone'].map(
  (what) => `bulk.${what}`,
);

export const contactEventKinds = [
  'contact.created',
  'contact.updated',
  'contact.deleted',
  // Somebody else's from now on, and out of reach.
  'contact.left',
  'contact.merged',
  'contact.unmerged',
  'optout.changed',
  ...noteKinds,
  ...taskKinds,
  ...fileKinds,
  ...bulkKinds,
];

/** Brings the page up to date with what happened to a contact elsewhere. */
export function applyContactEvent(client: QueryClient, account: string, event: ServerEvent): void {
  const { kind, subject_id: id } = event;
  if (bulkKinds.includes(kind)) {
    void client.invalidateQueries({ queryKey: bulksKey(account) });
    // Each contact tells of its own change; who is in a filtered list now, only the list knows.
    return refreshList(client, account);
  }
  // Of everything there is an entry, written a moment later: by then the list is read anew.
  refreshTimeline(client, account, id);
  if (fileKinds.includes(kind))
    return void client.invalidateQueries({ queryKey: ['account', account, 'files'] });
  // Their subject is the contact; what was read of another's stays as it is.
  if (noteKinds.includes(kind)) return void refreshNotes(client, account, id);
  if (taskKinds.includes(kind)) return heardOfTask(client, account, id);
  const changed = event.payload as Partial<ContactChange> | null;
  // The event of one who was merged away has no other side.
  if (
    kind === 'contact.deleted' ||
    kind === 'contact.left' ||
    (kind === 'contact.merged' && changed && !changed.after)
  ) {
    client.removeQueries({ queryKey: contactKey(account, id) });
    return refreshList(client, account);
  }
  if (kind === 'contact.updated' && changed?.before && changed.after) {
    const { before, after } = changed;
    if (patchContact(client, account, id, { before, after })) return;
  }
  // A new one may belong anywhere in any order, and an opt-out names only whom it concerns.
  refreshList(client, account);
  void client.invalidateQueries({
    queryKey: kind === 'optout.changed' ? ['account', account, 'contact'] : contactKey(account, id),
  });
}

const due = new WeakMap<QueryClient, ReturnType<typeof setTimeout>>();

/** Reads the list anew, once for what comes in a burst: an import speaks of thousands. */
function refreshList(client: QueryClient, account: string): void {
  if (due.has(client)) return;
  const timer = setTimeout(() => {
    due.delete(client);
    void client.invalidateQueries({ queryKey: contactsKey(account) });
  }, 400);
  due.set(client, timer);
}
