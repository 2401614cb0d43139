import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { api, cursorPaging, idempotency, ifMatch, type Note, type NoteInput, ok, type Page } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';

const ofContact = '/api/v1/sub-accounts/{sub_account}/contacts/{contact}/notes';
const ofCompany = '/api/v1/sub-accounts/{sub_account}/companies/{company}/notes';
const one = '/api/v1/sub-accounts/{sub_account}/notes/{note}';

export const notesKey = (account: string, subject: string) => ['account', account, 'notes', subject] as const;

/** The notes about a contact or a company: the pinned ones first, then the newest. */
export const notesQuery = (account: string, of: Subject) =>
  infiniteQueryOptions({
    queryKey: notesKey(account, subjectId(of)),
    queryFn: ({ pageParam, signal }): Promise<Page<Note>> => {
      const query = { cursor: pageParam, limit: 50 };
      const path = { sub_account: account };
      return of.company_id
        ? ok(api.GET(ofCompany, { signal, params: { path: { ...path, company: of.company_id }, query } }))
        : ok(api.GET(ofContact, { signal, params: { path: { ...path, contact: subjectId(of) }, query } }));
    },
    ...cursorPaging,
  });

export function createNote(account: string, of: Subject, body: NoteInput, key: string): Promise<Note> {
  const header = idempotency(key);
  const path = { sub_account: account };
  return of.company_id
    ? ok(api.POST(ofCompany, { params: { path: { ...path, company: of.company_id }, header }, body }))
    : ok(api.POST(ofContact, { params: { path: { ...path, contact: subjectId(of) }, header }, body }));
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

/** Reads somebody's notes again: their order is the server's. */
export function refreshNotes(client: QueryClient, account: string, subject: string): Promise<void> {
  return client.invalidateQueries({ queryKey: notesKey(account, subject) });
}
