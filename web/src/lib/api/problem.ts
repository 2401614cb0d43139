/** One field of a refused request: `path` is a JSON path such as `phone` or `tags[0]`. */
export interface ProblemField {
  path: string;
  message: string;
}

/**
 * An answer that is not a success, as RFC 9457 problem details.
 *
 * `code` is stable and meant for decisions ("contact.duplicate"), `message` is
 * meant for people. `status` 0 means that no answer came at all.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: ProblemField[] = [],
    readonly meta: Record<string, unknown> = {},
    /** Seconds after which another try makes sense. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'Problem';
  }

  /** Nothing answered: offline, refused, or cut off on the way. */
  get unreachable(): boolean {
    return this.status === 0;
  }

  static from(response: Response, body: unknown): Problem {
    const data = isRecord(body) ? body : {};
    const { type: _type, title, status: _status, detail, code, errors, ...meta } = data;
    const after = Number(response.headers.get('Retry-After'));
    return new Problem(
      response.status,
      typeof code === 'string' ? code : `http.${response.status}`,
      text(detail) ?? text(title) ?? 'The server could not do that.',
      Array.isArray(errors) ? errors.map(toField).filter((field) => field !== null) : [],
      meta,
      Number.isFinite(after) && after > 0 ? after : undefined,
    );
  }

  static unreachable(): Problem {
    return new Problem(0, 'network.unreachable', 'No connection to the server.');
  }
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}

/** Says in a sentence what went wrong, whatever was thrown. */
export function explain(error: unknown): string {
  return error instanceof Problem ? error.message : 'Something went wrong on this page.';
}

function toField(value: unknown): ProblemField | null {
  if (!isRecord(value) || typeof value.message !== 'string') return null;
  const path = text(value.path) ?? text(value.location) ?? '';
  return { path: path.replace(/^body\./, ''), message: value.message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
