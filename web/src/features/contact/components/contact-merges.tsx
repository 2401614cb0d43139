import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Merge } from '@/lib/api';
import { count } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Button } from '@/ui/button';
import { RelativeTime } from '@/ui/relative-time';
import { mergesQuery, undoMerge } from '../merge';

interface Props {
  account: string;
  contact: string;
  canWrite: boolean;
}

/** What became part of a contact and can still be taken out again; nothing where there is none. */
export function ContactMerges({ account, contact, canWrite }: Props) {
  const client = useQueryClient();
  const now = useNow();
  const { data = [] } = useQuery(mergesQuery(account, contact));
  const [busy, setBusy] = useState<string>();
  const open = data.filter(({ state, undo_until }) => state === 'done' && Date.parse(undo_until) > now);
  if (open.length === 0) return null;
  const undo = async (merge: Merge) => {
    setBusy(merge.id);
    await undoMerge(client, account, merge);
    setBusy(undefined);
  };
  return (
    <section aria-label="Merges" className="shrink-0 border-line border-b bg-sunken">
      <ul>
        {open.map((merge, n) => (
          <li key={merge.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <span className="min-w-0 flex-1 basis-48">
              <span className="block">
                {count(merge.from?.length ?? 0, 'contact', 'contacts')} merged into this one
              </span>
              <span className="block text-ink-3 text-xs">
                {merge.author.name || 'A program'} · <RelativeTime at={merge.created_at} />
              </span>
            </span>
            {/* Of several the newest is undone first. */}
            {canWrite && n === 0 && (
              <Button size="sm" icon={Undo2} busy={busy === merge.id} onClick={() => void undo(merge)}>
                Undo the merge
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
