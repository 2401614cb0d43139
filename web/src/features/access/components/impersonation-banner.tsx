import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/ui/button';
import { endImpersonation, useSession } from '../api';

/** Says, as long as it lasts, that somebody of the agency is here as one of its members. */
export function ImpersonationBanner() {
  const client = useQueryClient();
  const { impersonation, person } = useSession();
  const [ending, setEnding] = useState(false);
  if (!impersonation) return null;
  const end = async () => {
    setEnding(true);
    await endImpersonation(client).finally(() => setEnding(false));
  };
  const until = new Date(impersonation.until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return (
    <div
      role="status"
      className="flex shrink-0 items-center justify-center gap-3 bg-warn-soft px-3 py-1.5 text-warn text-xs"
    >
      <span>
        {impersonation.by.name}, you {impersonation.read_only ? 'look at this as' : 'act here as'}{' '}
        <b>{person.name}</b> until {until}: {impersonation.reason}
      </span>
      <Button size="sm" busy={ending} onClick={end}>
        Be yourself again
      </Button>
    </div>
  );
}
