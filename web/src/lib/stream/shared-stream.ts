import { keepOpen, type ServerEvent, type StreamStatus } from './event-source';
import { seqOf } from './position';

type Note =
  | { type: 'event'; event: ServerEvent }
  /** at: how far the stream has told, or where it begins, once that is known. */
  | { type: 'status'; status: StreamStatus; at?: number | undefined }
  | { type: 'gap' }
  | { type: 'reach' }
  | { type: 'hello' };

interface Options {
  /** What the tabs share: one stream for each name. */
  name: string;
  url: string;
  kinds: readonly string[];
  /** Where the stream has to go on from, for what this tab has read; undefined: not known. */
  begin: (onBehind: () => void) => Promise<string | undefined>;
  onEvent: (event: ServerEvent) => void;
  onGap: () => void;
  onReach: () => void;
  onStatus: (status: StreamStatus) => void;
}

/**
 * Follows a stream of events with one connection for all tabs.
 *
 * The tab that holds the lock leads: it keeps the connection and tells the
 * others over a channel. It begins where the tab's own reading was; when it
 * closes, the next one takes over behind the last event that it heard. Who joins
 * learns how far the stream is, and reads again if that is beyond what it read.
 * Every tab drops what it has seen already by its sequence number.
 */
export function followStream(options: Options): () => void {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(options.name);
  const stop = new AbortController();
  let seen = 0;
  let last: string | undefined;
  let status: StreamStatus = 'connecting';
  let leads = false;
  let joined = false;

  const began = options
    .begin(() => stop.signal.aborted || options.onGap())
    .then((position) => {
      last ??= position;
      return position;
    });
  const join = async (at: number) => {
    joined = true;
    const position = await began;
    const missed = position === undefined || at > seqOf(position);
    if (missed && !stop.signal.aborted) options.onGap();
  };
  const handle = (note: Note) => {
    if (note.type === 'event') {
      if (note.event.seq <= seen) return;
      seen = note.event.seq;
      last = note.event.id;
      options.onEvent(note.event);
    } else if (note.type === 'gap') {
      seen = 0; // everything is read again, and the server's count may have begun anew
      last = undefined;
      joined = true;
      options.onGap();
    } else if (note.type === 'reach') {
      options.onReach();
    } else if (note.type === 'status') {
      if (!leads && !joined && note.at !== undefined) void join(note.at);
      status = note.status;
      options.onStatus(status);
    } else if (leads) channel?.postMessage(state(status));
  };
  const state = (now: StreamStatus): Note => ({
    type: 'status',
    status: now,
    at: seen || (last === undefined ? undefined : seqOf(last)),
  });
  const tell = (note: Note) => {
    if (stop.signal.aborted) return;
    channel?.postMessage(note);
    handle(note);
  };
  const lead = async () => {
    leads = true;
    if (last === undefined) await began;
    if (stop.signal.aborted) return;
    const close = keepOpen({
      url: options.url,
      from: last,
      kinds: options.kinds,
      onEvent: (event) => tell({ type: 'event', event }),
      onGap: () => tell({ type: 'gap' }),
      onReach: () => tell({ type: 'reach' }),
      onStatus: (next) => tell(state(next)),
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
