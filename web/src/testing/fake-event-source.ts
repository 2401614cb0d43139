import { vi } from 'vitest';

/** An EventSource whose network is the test. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: FakeEventSource[] = [];

  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeEventSource.all.push(this);
  }

  static get latest(): FakeEventSource {
    const source = FakeEventSource.all.at(-1);
    if (!source) throw new Error('Nothing was opened.');
    return source;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  /** The network goes; the browser connects again by itself. */
  drop(): void {
    this.readyState = 0;
    this.onerror?.();
  }

  /** The answer was no stream; the browser gives up. */
  refuse(): void {
    this.readyState = 2;
    this.onerror?.();
  }

  say(seq: number | string, kind: string, data: object = {}): void {
    this.dispatchEvent(
      new MessageEvent(kind, { data: JSON.stringify({ kind, ...data }), lastEventId: String(seq) }),
    );
  }

  close(): void {
    this.readyState = 2;
  }
}

export function installEventSource(): void {
  FakeEventSource.all = [];
  vi.stubGlobal('EventSource', FakeEventSource);
}
