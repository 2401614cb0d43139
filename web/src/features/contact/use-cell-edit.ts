import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { type Contact, explain, isProblem } from '@/lib/api';
import { toast } from '@/lib/toast';
import { contactQuery, storeContact, updateContact } from './api';
import { type CellDraft, draftOf, readDraft } from './cell';
import { type Column, cellValue, patchOf, withValue } from './columns';
import { mapRows } from './list';
import { displayName, duplicateOf } from './model';

export interface CellEdit {
  contact: Contact;
  column: Column;
  draft: CellDraft;
  error?: string;
}

/** Two people changed the same cell. */
export interface CellConflict {
  column: Column;
  theirs: Contact;
  mine: unknown;
}

/**
 * Editing cells: what was typed shows at once, and is put back with a reason
 * where the server refuses it. What somebody else changed in the same cell
 * meanwhile is never overwritten unseen.
 */
export function useCellEdit(account: string, onOpen: (id: string) => void) {
  const client = useQueryClient();
  const [edit, setEdit] = useState<CellEdit | null>(null);
  const [conflict, setConflict] = useState<CellConflict | null>(null);
  // Edits of one contact go one after the other: each needs the version that the one before made.
  const running = useRef(new Map<string, Promise<Contact | null>>());

  const show = (contact: Contact) =>
    mapRows(client, account, (item) => (item.id === contact.id ? contact : item));

  const send = async (contact: Contact, column: Column, value: unknown, draft: CellDraft) => {
    const { key } = column;
    const before = await running.current.get(contact.id);
    const base = before && before.version > contact.version ? before : contact;
    try {
      const saved = await updateContact(account, contact.id, base.version, patchOf(key, value));
      storeContact(client, account, saved);
      return saved;
    } catch (error) {
      if (isProblem(error) && error.status === 412) {
        const theirs = await client.fetchQuery({ ...contactQuery(account, contact.id), staleTime: 0 });
        show(theirs);
        if (same(cellValue(theirs, key), cellValue(contact, key))) {
          const saved = await updateContact(account, contact.id, theirs.version, patchOf(key, value));
          storeContact(client, account, saved);
          return saved;
        }
        if (!same(cellValue(theirs, key), value)) setConflict({ column, theirs, mine: value });
        return theirs;
      }
      throw Object.assign(error as Error, { draft });
    }
  };

  const save = (contact: Contact, column: Column, value: unknown, draft: CellDraft) => {
    show(withValue(contact, column.key, value));
    const job = send(contact, column, value, draft).catch((error: unknown) => {
      show(contact);
      refuse(error, { contact, column, draft });
      return null;
    });
    running.current.set(contact.id, job);
  };

  const refuse = (error: unknown, failed: CellEdit) => {
    const duplicate = duplicateOf(error);
    if (duplicate)
      return toast({
        title: `${duplicate.name} already has this ${duplicate.field}`,
        tone: 'bad',
        action: { label: 'Open', run: () => onOpen(duplicate.id) },
      });
    const said = isProblem(error) && error.fields.length > 0 ? error.fields.map((f) => f.message) : [];
    if (said.length > 0) return setEdit((open) => open ?? { ...failed, error: said.join(' ') });
    toast({
      title: `${displayName(failed.contact)}: ${failed.column.label} was not changed`,
      detail: explain(error),
      tone: 'bad',
    });
  };

  return {
    edit,
    conflict,
    begin: (contact: Contact, column: Column) =>
      setEdit({ contact, column, draft: draftOf(column, cellValue(contact, column.key)) }),
    change: (draft: CellDraft) => setEdit((open) => open && { ...open, draft, error: undefined }),
    cancel: () => setEdit(null),
    /** Keeps what was typed. False where it can't be read: then the cell stays open and says why. */
    commit: (draft?: CellDraft): boolean => {
      if (!edit) return true;
      const { contact, column } = edit;
      const typed = draft ?? edit.draft;
      const read = readDraft(column, typed);
      if ('error' in read) {
        setEdit({ ...edit, error: read.error });
        return false;
      }
      setEdit(null);
      if (!same(draftOf(column, cellValue(contact, column.key)), typed))
        save(contact, column, read.value, typed);
      return true;
    },
    settle: (mine: boolean) => {
      setConflict(null);
      if (conflict && mine)
        save(conflict.theirs, conflict.column, conflict.mine, draftOf(conflict.column, conflict.mine));
    },
  };
}

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) => JSON.stringify(value === undefined || value === '' ? null : value);
  return plain(a) === plain(b);
}
