import { screen, waitFor, within } from '@testing-library/react';
import { beforeAll, expect, test } from 'vitest';
import type { Message } from '@/lib/api';
import { account, FakeApi } from '@/testing/fake-api';
import { FakeEventSource } from '@/testing/fake-event-source';
import { loadScreens } from '@/testing/load-screens';
import { openApp } from '@/testing/open-app';
import { messagesKey } from './api';

beforeAll(loadScreens);

/** A thread whose messages are answered when the test says so, with what they were when they were asked for. */
function openThread() {
  const api = new FakeApi();
  const [conversation] = api.conversations;
  if (!conversation) throw new Error('There is a conversation.');
  const sent = api.add(conversation.contact.id, { body: 'See you at nine.', status: 'sent' });
  const answers: (() => void)[] = [];
  api.before = (_, path) => {
    if (!path.endsWith(`/conversations/${sent.conversation_id}/messages`)) return undefined;
    const items = api.messages.filter((item) => item.conversation_id === sent.conversation_id).toReversed();
    return new Promise((answer) => answers.push(() => answer({ items })));
  };
  const app = openApp(`/a/${account}/inbox?conversation=${sent.conversation_id}`, api);
  /** The request with this number has come; answers it. */
  const answer = async (n: number) => {
    await waitFor(() => expect(answers.length).toBeGreaterThanOrEqual(n));
    answers[n - 1]?.();
  };
  const hear = async (message: Message, seq: number) => {
    await waitFor(() => expect(FakeEventSource.all.length).toBeGreaterThan(0));
    api.change(message);
    FakeEventSource.latest.say(seq, 'message.updated', {
      subject_id: message.id,
      payload: { after: message },
    });
  };
  const unknown: Message = {
    ...sent,
    status: 'unknown',
    status_at: new Date(Date.parse(sent.status_at) + 100).toISOString(),
  };
  return { ...app, sent, unknown, answers, answer, hear };
}

test('what is heard while a thread is read for the first time is not lost to the older answer', async () => {
  const { answers, answer, hear, unknown } = openThread();
  await waitFor(() => expect(answers).toHaveLength(1));
  await hear(unknown, 101);
  await answer(1);
  await answer(2);
  expect(await screen.findByText('Checking with the carrier')).toBeTruthy();
});

test('a refetch that began before a message changed does not put it back', async () => {
  const { answers, answer, hear, unknown, sent, client } = openThread();
  await answer(1);
  await within(await screen.findByRole('log')).findByText('See you at nine.');
  expect(screen.queryByText('Checking with the carrier')).toBeNull();
  void client.invalidateQueries({ queryKey: messagesKey(account, sent.conversation_id) });
  await waitFor(() => expect(answers).toHaveLength(2));
  await hear(unknown, 101);
  await screen.findByText('Checking with the carrier');
  await answer(2);
  await waitFor(() => expect(answers).toHaveLength(3));
  expect(screen.getByText('Checking with the carrier')).toBeTruthy();
});
