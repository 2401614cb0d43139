import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from '@/app/app';
import { createQueryClient } from '@/app/query-client';
import { createAppRouter } from '@/app/router';
import type { FakeApi } from './fake-api';
import { installEventSource } from './fake-event-source';
import { serve } from './server';

/** The whole app at an address, in front of a fake API. */
export function openApp(path: string, api: FakeApi) {
  serve(api);
  installEventSource();
  const client = createQueryClient(() => {
    client.setQueryData(['session'], null);
    void router.invalidate();
  });
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const router = createAppRouter(client);
  router.update({
    ...router.options,
    history: createMemoryHistory({ initialEntries: [path] }),
    context: { client },
  });
  render(<App client={client} router={router} />);
  return { router, client, user: userEvent.setup() };
}
