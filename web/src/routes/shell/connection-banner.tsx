import { WifiOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { StreamStatus } from '@/lib/stream';

/** How long a lost connection may mend itself before we speak of it, in milliseconds. */
const patience = 3000;

export function ConnectionBanner({ stream }: { stream: StreamStatus }) {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const lost = !online || stream !== 'live';
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!lost) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [lost]);
  if (online && !late) return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center justify-center gap-2 bg-warn-soft px-3 py-1.5 text-warn text-xs"
    >
      <WifiOff aria-hidden size={13} />
      {online ? 'Live updates are interrupted. Reconnecting…' : 'You are offline. What you see may be old.'}
    </div>
  );
}

function subscribe(listener: () => void) {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
