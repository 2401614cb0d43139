import { keepOpen, type ServerEvent, type StreamStatus } from './event-source';

type Note =
  | { type: 'event'; event: ServerEvent }
  | { type: 'status'; status: StreamStatus }
  | { type: 'gap' }
  | { type: 'reach' }
  | { type: 'hello' };

interface Options {
  /** What the tabs share: one stream for each name. */
  name: string;
  url: string;
  kinds: readonly string[];
  onEvent: (event: ServerEvent) => void;
  onGap: () => void;
  onReach: () => void;
  onStatus: (status: StreamStatus) => void;
}

/**
 * Follows a stream of events with one connection for all tabs.
 *
 * The tab that holds the lock leads: it keeps the connection and tells the
 * others over a channel. When it closes, the next one takes over; since the
 * new connection can't say where the old one stopped, that counts as a gap.
 * Every tab drops what it has seen already by its sequence number.
 */
export function followStream(options: Options): () => void {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(options.name);
  const stop = new AbortController();
  let seen = 0;
  let status: StreamStatus = 'connecting';
  let leads = false;

  const handle = (note: Note) => {
    if (note.type === 'event') {
      if (note.event.seq <= seen) return;
      seen = note.event.seq;
      options.onEvent(note.event);
    } else if (note.type === 'gap') {
      seen = 0; // everything is read again, and the server's count may have begun anew
      options.onGap();
    } else if (note.type === 'reach') {
      options.onReach();
    } else if (note.type === 'status') {
      status = note.status;
      options.onStatus(status);
    } else if (leads) channel?.postMessage({ type: 'status', status } satisfies Note);
  };
  const tell = (note: Note) => {
    if (stop.signal.aborted) return;
    channel?.postMessage(note);
    handle(note);
  };
  const lead = () => {
    if (stop.signal.aborted) return Promise.resolve();
    leads = true;
    const close = keepOpen({
      url: options.url,
      kinds: options.kinds,
      onEvent: (event) => tell({ type: 'event', event }),
      onGap: () => tell({ type: 'gap' }),
      onReach: () => tell({ type: 'reach' }),
      onStatus: (next) => tell({ type: 'status', status: next }),
    });
    return new Promise<void>((resolve) => {
      stop.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  };

  if (channel) channel.onmessage = ({ data }: MessageEvent<Note>) => handle(data);
  channel?.postMessage({ type: 'hello' } satisfies Note);
  // Locks and channels come together; without either, every tab leads itself.
  if (channel && navigator.locks)
    navigator.locks.request(options.name, { signal: stop.signal }, lead).catch(ignoreAbort);
  else void lead();

  return () => {
    stop.abort();
    channel?.close();
  };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
}
