import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { StreamStatus } from '@/lib/stream';

type Code = typeof import('./account-stream');

/** How long the first screen has the line to itself, and then how long until a failed try is repeated, in milliseconds. */
const patience = 1000;
const retry = 5000;

let here: Code | undefined;

/** Brings what the stream speaks to: it knows every feature, and no first screen waits for it. */
export async function fetchStream(): Promise<Code> {
  here = await import('./account-stream');
  return here;
}

/**
 * Keeps everything that was read of an account true to what happens in it. What happens between the first reads and the
 * stream's opening is not missed: it goes on from where the answers said that it stood, or counts as a gap, after which
 * what is on the screen is read again.
 */
export function useAccountStream(account: string | undefined, fetch = fetchStream): StreamStatus {
  const client = useQueryClient();
  const [status, setStatus] = useState<StreamStatus>('live');
  useEffect(() => {
    if (!account) return;
    let stopped = false;
    let stop: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = ({ followAccount }: Code) => {
      if (!stopped) stop = followAccount(client, account, setStatus);
    };
    const start = () =>
      fetch().then(follow, () => {
        if (stopped) return;
        setStatus('offline');
        timer = setTimeout(start, retry);
      });
    if (here) follow(here);
    else timer = setTimeout(start, patience);
    return () => {
      stopped = true;
      clearTimeout(timer);
      stop?.();
    };
  }, [client, account, fetch]);
  return status;
}
