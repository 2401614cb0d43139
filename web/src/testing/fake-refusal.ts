export type Handler = (match: string[], body: Record<string, unknown>, url: URL, request: Request) => unknown;

export type Route = [method: string, path: RegExp, answer: Handler];

/** An answer that is a problem. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {}
}

export const missing = new Refusal(404, 'not_found', 'There is nothing here.');

export const stale = new Refusal(412, 'access.stale', 'Somebody changed it meanwhile.');
