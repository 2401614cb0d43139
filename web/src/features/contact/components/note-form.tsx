import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { explain } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';
import { Button } from '@/ui/button';
import { Textarea } from '@/ui/textarea';
import { createNote, refreshNotes } from '../notes';

/** Writes a note. What was typed stays until the server has it. */
export function NoteForm({ account, of }: { account: string; of: Subject }) {
  const client = useQueryClient();
  const [body, setBody] = useState('');
  // The same key until it worked: a second press, or a try after a lost answer, writes no second note.
  const key = useRef(crypto.randomUUID());
  const save = useMutation({
    mutationFn: (text: string) => createNote(account, of, { body: text }, key.current),
    onSuccess: () => {
      key.current = crypto.randomUUID();
      setBody('');
      return refreshNotes(client, account, subjectId(of));
    },
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (body.trim() && !save.isPending) save.mutate(body.trim());
  };
  return (
    <form onSubmit={submit} className="flex shrink-0 flex-col gap-2 border-line border-t p-3">
      <Textarea
        aria-label="New note"
        placeholder="Write a note…"
        maxLength={20000}
        value={body}
        onChange={(event) => {
          setBody(event.target.value);
          if (save.isError) key.current = crypto.randomUUID(); // another text is another note
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
        }}
      />
      <div className="flex items-center justify-end gap-3">
        {save.error && (
          <p role="alert" className="min-w-0 flex-1 text-bad text-xs">
            {explain(save.error)}
          </p>
        )}
        <Button type="submit" look="primary" busy={save.isPending} disabled={!body.trim()}>
          Add note
        </Button>
      </div>
    </form>
  );
}
