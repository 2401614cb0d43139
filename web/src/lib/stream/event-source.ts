import { seqOf } from './position';

/** One fact of a sub-account, as the server streams it. */
export interface ServerEvent {
  /** Rises with every event of the sub-account; by more than one where some are not ours to see. */
  seq: number;
  /** Behind which a stream goes on. */
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  payload: unknown;
  occurred_at: string;
}

export type StreamStatus = 'connecting' | 'live' | 'offline';

interface Options {
  url: string;
  /** The id behind which to begin; without it the stream begins now, and that counts as a gap. */
  from: string | undefined;
  kinds: readonly string[];
  onEvent: (event: ServerEvent) => void;
  /** What was missed can't be replayed: read again whatever is on the screen. */
  onGap: () => void;
  /** Whose records the person reaches changed: what is held may not be theirs to see any more. */
  onReach: () => void;
  onStatus: (status: StreamStatus) => void;
}

const firstRetry = 1000;
const lastRetry = 30_000;

/**
 * Keeps one EventSource open.
 *
 * A dropped connection is resumed by the browser itself, after the time that
 * the server's retry names, with Last-Event-ID, and the server fills the gap, or
 * says reset where it can't. Where the browser gives up (an answer that is no
 * stream) we open a new one, which names in its address the last event that we
 * saw; if that is none, its opening counts as a gap. Waits are spread, so that the browsers of a server that
 * stopped don't all come back at once.
 */
export function keepOpen(options: Options): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry = firstRetry;
  let last = options.from;
  let resumes = last !== undefined;

  const open = () => {
    const after = last === undefined ? '' : `?last_event_id=${encodeURIComponent(last)}`;
    source = new EventSource(options.url + after, { withCredentials: true });
    source.onopen = () => {
      retry = firstRetry;
      options.onStatus('live');
      if (!resumes) options.onGap();
      resumes = true;
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return options.onStatus('connecting');
      // Who was refused for so long had better begin anew.
      if (retry === lastRetry) last = undefined;
      resumes = last !== undefined;
      options.onStatus('offline');
      timer = setTimeout(open, retry * (1 + Math.random()));
      retry = Math.min(retry * 2, lastRetry);
    };
    source.addEventListener('reset', (message: MessageEvent<string>) => {
      last = message.lastEventId;
      options.onGap();
    });
    source.addEventListener('reach.changed', (message: MessageEvent<string>) => {
      last = message.lastEventId;
      options.onReach();
    });
    for (const kind of options.kinds) source.addEventListener(kind, receive);
  };
  const receive = (message: MessageEvent<string>) => {
    const event = parse(message);
    last = message.lastEventId;
    if (event) options.onEvent(event);
  };

  options.onStatus('connecting');
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function parse(message: MessageEvent<string>): ServerEvent | null {
  try {
    // Behind the number may stand a mark of the reach.
    return { ...JSON.parse(message.data), seq: seqOf(message.lastEventId), id: message.lastEventId };
  } catch {
    return null;
  }
}
