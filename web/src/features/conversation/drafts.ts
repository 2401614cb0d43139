import { useState } from 'react';
import { remembered } from '@/lib/storage';

export interface Draft {
  text: string;
  /** When its first letter was typed: what came after it, the writer may not have seen. */
  since: string | null;
}

const none: Draft = { text: '', since: null };

/** A text being written to a contact. It outlives a change of conversation and a reload, not the tab. */
export function useDraft(contactId: string): [Draft, (text: string) => void] {
  const [loaded, setLoaded] = useState({ contactId, draft: read(contactId) });
  const draft = loaded.contactId === contactId ? loaded.draft : read(contactId);
  if (loaded.contactId !== contactId) setLoaded({ contactId, draft });
  const write = (text: string) => {
    const next = text === '' ? none : { text, since: draft.since ?? new Date().toISOString() };
    remembered(`draft.${contactId}`, 'sessionStorage').set(text === '' ? null : JSON.stringify(next));
    setLoaded({ contactId, draft: next });
  };
  return [draft, write];
}

function read(contactId: string): Draft {
  try {
    const saved = JSON.parse(remembered(`draft.${contactId}`, 'sessionStorage').get() ?? '') as Draft;
    return typeof saved.text === 'string' ? saved : none;
  } catch {
    return none;
  }
}
