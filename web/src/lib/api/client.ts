import createClient from 'openapi-fetch';
import { noteRead } from '@/lib/stream/position';
import { Problem } from './problem';
import type { paths } from './schema.gen';

/** The typed client. The host decides the agency, the session cookie the person. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  headers: { Accept: 'application/json' },
  fetch: async (request) => {
    const answered = noteRead(request);
    try {
      // Looked up at each call, so that tests can replace it.
      const answer = await globalThis.fetch(request);
      answered(answer);
      return answer;
    } catch (error) {
      answered();
      throw error;
    }
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Unwraps an answer: the data, or a thrown {@link Problem}. */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await reach(call);
  if (!answer.response.ok) throw Problem.from(answer.response, answer.error);
  return answer.data as T;
}

async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw Problem.unreachable();
  }
}

/** The header that makes a POST safe to repeat. */
export function idempotency(key: string = crypto.randomUUID()) {
  return { 'Idempotency-Key': key };
}

/** The header that refuses an edit of what somebody else changed meanwhile. */
export function ifMatch(version: number | string) {
  return { 'If-Match': `"${version}"` };
}
