import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { api, cursorPaging, idempotency, ifMatch, type Note, type NoteInput, ok, type Page } from '@/lib/api';

const list = '/api/v1/sub-accounts/{sub_account}/contacts/{contact}/notes';
const one = '/api/v1/sub-accounts/{sub_account}/notes/{note}';

export const notesKey = (account: string, contact: string) => ['account', account, 'notes', contact] as const;

/** A contact's notes: the pinned ones first, then the newest. */
export const notesQuery = (account: string, contact: string) =>
  infiniteQueryOptions({
    queryKey: notesKey(account, contact),
    queryFn: ({ pageParam, signal }): Promise<Page<Note>> =>
      ok(
        api.GET(list, {
          signal,
          params: { path: { sub_account: account, contact }, query: { cursor: pageParam, limit: 50 } },
        }),
      ),
    ...cursorPaging,
  });

export function createNote(account: string, contact: string, body: NoteInput, key: string): Promise<Note> {
  return ok(
    api.POST(list, { params: { path: { sub_account: account, contact }, header: idempotency(key) }, body }),
  );
}

/** Changes what `body` names. 412 when somebody else changed the note meanwhile. */
export function updateNote(account: string, note: Note, body: NoteInput): Promise<Note> {
  return ok(
    api.PATCH(one, {
      params: { path: { sub_account: account, note: note.id }, header: ifMatch(note.version) },
      body,
    }),
  );
}

export async function deleteNote(account: string, note: Note): Promise<void> {
  await ok(
    api.DELETE(one, {
      params: { path: { sub_account: account, note: note.id }, header: ifMatch(note.version) },
    }),
  );
}

/** Reads a contact's notes again: their order is the server's. */
export function refreshNotes(client: QueryClient, account: string, contact: string): Promise<void> {
  return client.invalidateQueries({ queryKey: notesKey(account, contact) });
}
