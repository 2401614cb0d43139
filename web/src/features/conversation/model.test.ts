import { expect, test } from 'vitest';
import type { Message } from '@/lib/api';
import { colleague, id, makeContact, makeConversation, makeMessages, me } from '@/testing/fake-data';
import {
  answeredMeanwhile,
  byDay,
  inView,
  mergeThread,
  neighbour,
  newerMessage,
  type Outgoing,
  placeConversation,
} from './model';

const contact = makeContact(0);
const [first, second] = makeMessages(0, contact) as [Message, Message];
const outgoing = (changes: Partial<Outgoing> = {}): Outgoing => ({
  key: 'k1',
  contactId: contact.id,
  body: 'On my way',
  after: second.id,
  createdAt: second.created_at,
  state: 'sending',
  ...changes,
});
const sent = (n: number, changes: Partial<Message> = {}): Message => ({
  ...first,
  id: id(5, n),
  body: 'On my way',
  status: 'queued',
  ...changes,
});
const shown = (items: ReturnType<typeof mergeThread>) =>
  items.map((item) => ('message' in item ? item.message.id : item.outgoing.key));

test('a text on its way stands below what the server has', () => {
  expect(shown(mergeThread([second, first], [outgoing()]))).toEqual([first.id, second.id, 'k1']);
});

test('a text that the stream brought before its own answer shows once', () => {
  const arrived = sent(1, { created_at: new Date().toISOString() });
  expect(shown(mergeThread([arrived, second, first], [outgoing()]))).toEqual([
    first.id,
    second.id,
    arrived.id,
  ]);
});

test('the same words sent twice are two texts, also while the second is on its way', () => {
  const one = sent(1, { created_at: new Date().toISOString() });
  const items = mergeThread([one, second, first], [outgoing(), outgoing({ key: 'k2' })]);
  expect(shown(items)).toEqual([first.id, second.id, one.id, 'k2']);
});

test('the same words of long ago do not hide a new text', () => {
  expect(shown(mergeThread([sent(0, { id: id(3, 1) })], [outgoing({ after: id(4, 1) })]))).toContain('k1');
});

test('a text that failed stays until it is sent again or discarded', () => {
  const items = mergeThread([sent(1)], [outgoing({ state: 'failed' })]);
  expect(shown(items)).toContain('k1');
});

test('a late callback does not take a delivered text back to sent', () => {
  const delivered = sent(1, { status: 'delivered', status_at: '2026-01-01T10:00:05Z' });
  const late = sent(1, { status: 'sent', status_at: '2026-01-01T10:00:02Z' });
  expect(newerMessage(delivered, late).status).toBe('delivered');
  expect(newerMessage(late, delivered).status).toBe('delivered');
});

test('two states of the same instant: the one further on holds', () => {
  const at = '2026-01-01T10:00:00Z';
  expect(
    newerMessage(sent(1, { status: 'delivered', status_at: at }), sent(1, { status: 'sent', status_at: at }))
      .status,
  ).toBe('delivered');
});

test('a retry that begins anew is newer than the failure before it', () => {
  const failed = sent(1, { status: 'failed', status_at: '2026-01-01T10:00:00Z' });
  const again = sent(1, { status: 'queued', status_at: '2026-01-01T10:01:00Z' });
  expect(newerMessage(failed, again).status).toBe('queued');
});

test('warns of a teammate who answered while I was writing, and of nobody else', () => {
  const by = (who: string, at: string, kind = 'person') =>
    sent(1, { created_at: at, actor: { kind, id: who, name: 'Ravi Patel' } });
  const since = '2026-01-01T10:00:00Z';
  expect(answeredMeanwhile([by(colleague, '2026-01-01T10:01:00Z')], since, me)).toBe('Ravi Patel');
  expect(answeredMeanwhile([by(colleague, '2026-01-01T09:59:00Z')], since, me)).toBeNull();
  expect(answeredMeanwhile([by(me, '2026-01-01T10:01:00Z')], since, me)).toBeNull();
  expect(answeredMeanwhile([by('w', '2026-01-01T10:01:00Z', 'workflow')], since, me)).toBeNull();
  expect(answeredMeanwhile([by(colleague, '2026-01-01T10:01:00Z')], null, me)).toBeNull();
});

test('a conversation that changed comes to the top; a resolved one leaves the open list', () => {
  const list = [0, 1, 2].map((n) => makeConversation(n, makeContact(n), makeMessages(n, makeContact(n))));
  const at = (n: number) => list[n] ?? makeConversation(n, contact, []);
  const last = { ...at(2), updated_at: new Date().toISOString() };
  expect(placeConversation(list, last, inView.open).map((item) => item.id)).toEqual([
    last.id,
    at(0).id,
    at(1).id,
  ]);
  expect(placeConversation(list, { ...last, status: 'resolved' }, inView.open)).toHaveLength(2);
});

test('after the last one of the list comes the one before it', () => {
  const list = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  expect([neighbour(list, 'a'), neighbour(list, 'c'), neighbour([{ id: 'a' }], 'a')]).toEqual([
    'b',
    'b',
    undefined,
  ]);
});

test('messages are grouped by day', () => {
  const items = mergeThread(
    [sent(1, { created_at: '2026-01-02T12:00:00Z' }), sent(2, { created_at: '2026-01-01T12:00:00Z' })],
    [],
  );
  expect(byDay(items)).toHaveLength(2);
});
