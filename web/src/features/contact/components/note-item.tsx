import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { explain, type Note } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';
import { toast } from '@/lib/toast';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { RelativeTime } from '@/ui/relative-time';
import { Textarea } from '@/ui/textarea';
import { refreshNotes, updateNote } from '../notes';

const Markdown = lazy(() => import('@/ui/markdown').then((module) => ({ default: module.Markdown })));

interface Props {
  account: string;
  of: Subject;
  note: Note;
  canWrite: boolean;
  onDelete: (note: Note) => void;
}

export function NoteItem({ account, of, note, canWrite, onDelete }: Props) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (change: { body?: string; pinned?: boolean }) => updateNote(account, note, change),
    onSuccess: () => setDraft(null),
    onError: (error) => toast({ title: 'The note was not changed', detail: explain(error), tone: 'bad' }),
    onSettled: () => refreshNotes(client, account, subjectId(of)),
  });
  return (
    <li className="group flex flex-col gap-1.5 px-4 py-3" data-testid="note">
      <div className="flex min-h-7 items-center gap-2 text-ink-3 text-xs">
        <span className="min-w-0 truncate font-medium text-ink-2">{note.author.name || 'A program'}</span>
        <RelativeTime at={note.created_at} />
        {note.updated_at !== note.created_at && <span>edited</span>}
        {note.pinned && <Pin aria-label="Pinned" size={12} className="shrink-0 text-brand-ink" />}
        {canWrite && draft === null && (
          <span className="ms-auto flex">
            <IconButton
              icon={note.pinned ? PinOff : Pin}
              label={note.pinned ? 'Unpin' : 'Pin above the others'}
              disabled={save.isPending}
              onClick={() => save.mutate({ pinned: !note.pinned })}
            />
            <IconButton icon={Pencil} label="Edit note" onClick={() => setDraft(note.body)} />
            <IconButton icon={Trash2} label="Delete note" onClick={() => onDelete(note)} />
          </span>
        )}
      </div>
      {draft === null ? (
        <Suspense fallback={<p className="wrap-anywhere whitespace-pre-wrap">{note.body}</p>}>
          <Markdown source={note.body} />
        </Suspense>
      ) : (
        <form
          className="flex flex-col gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (draft.trim()) save.mutate({ body: draft.trim() });
          }}
        >
          <Textarea
            aria-label="Note"
            autoFocus
            maxLength={20000}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setDraft(null)}>Cancel</Button>
            <Button type="submit" look="primary" busy={save.isPending} disabled={!draft.trim()}>
              Save note
            </Button>
          </div>
        </form>
      )}
    </li>
  );
}
