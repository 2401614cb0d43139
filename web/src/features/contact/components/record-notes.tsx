import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { StickyNote } from 'lucide-react';
import { useState } from 'react';
import { flatten, type Note } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';
import { undoable } from '@/lib/undo';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { RecordSkeleton } from '@/ui/record-skeleton';
import { ShowMore } from '@/ui/show-more';
import { deleteNote, notesQuery, refreshNotes } from '../notes';
import { NoteForm } from './note-form';
import { NoteItem } from './note-item';

interface Props {
  account: string;
  of: Subject;
  canWrite: boolean;
}

/** What the team wrote down about a contact or a company. */
export function RecordNotes({ account, of, canWrite }: Props) {
  const client = useQueryClient();
  const list = useInfiniteQuery(notesQuery(account, of));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const notes = flatten(list.data).filter(({ id }) => !gone.has(id));
  const remove = (note: Note) => {
    setGone((ids) => new Set(ids).add(note.id));
    undoable({
      title: 'Note deleted',
      commit: () => deleteNote(account, note).then(() => refreshNotes(client, account, subjectId(of))),
      revert: () => setGone((ids) => new Set([...ids].filter((id) => id !== note.id))),
    });
  };
  return (
    <>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {list.isPending ? (
          <RecordSkeleton />
        ) : list.error && notes.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : notes.length === 0 ? (
          <EmptyState icon={StickyNote} title="No notes yet">
            What you learn on the phone is worth a line here: the whole team reads it before the next talk.
          </EmptyState>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {notes.map((note) => (
              <NoteItem
                key={note.id}
                account={account}
                of={of}
                note={note}
                canWrite={canWrite}
                onDelete={remove}
              />
            ))}
          </ul>
        )}
        <ShowMore list={list} label="Older notes" />
      </div>
      {canWrite && <NoteForm account={account} of={of} />}
    </>
  );
}
