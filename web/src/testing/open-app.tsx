import { createMemoryHistory } from '@tanstack/react-router';
import { render, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { expect, onTestFinished } from 'vitest';
import { App } from '@/app/app';
import { createQueryClient } from '@/app/query-client';
import { createAppRouter } from '@/app/router';
import { toasts } from '@/lib/toast';
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
  onTestFinished(async () => {
    // What a test sent last is answered, and said, to nobody in the next.
    await waitFor(() => expect(client.isMutating()).toBe(0));
    toasts.set([]);
  });
  return { router, client, user: patientUser() };
}

/** Somebody who presses what can be pressed and chooses among what is there, and waits for it. */
function patientUser(): UserEvent {
  const user = userEvent.setup();
  const usable = (element: Element) =>
    waitFor(() => {
      if (element.matches(':disabled, [aria-disabled=true]') || behindDialog(element))
        throw new Error(`It can’t be pressed: ${element.outerHTML}`);
    });
  return {
    ...user,
    async click(element) {
      await usable(element);
      await user.click(element);
    },
    async selectOptions(select, values) {
      await usable(select);
      await waitFor(() => {
        const there = [...select.querySelectorAll('option')].flatMap(({ value, label }) => [value, label]);
        const lacking = [values].flat().find((value) => typeof value === 'string' && !there.includes(value));
        if (lacking !== undefined) throw new Error(`There is no “${lacking}” among ${there.join(', ')}`);
      });
      await user.selectOptions(select, values);
    },
  };
}

/** Whether an open dialog, or one that is just closing, keeps the pointer from it. */
function behindDialog(element: Element): boolean {
  const said = element.closest<HTMLElement>('[style*="pointer-events"]');
  return said?.style.pointerEvents === 'none';
}
