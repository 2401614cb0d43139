import { type HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { FakeApi } from './fake-api';

export const server = setupServer();

/** Lets a fake answer every call of the app for the length of a test. */
export function serve(api: FakeApi): void {
  server.use(
    http.all('*/api/v1/*', async ({ request }) => (await api.handle(request)) as HttpResponse<null>),
  );
}
