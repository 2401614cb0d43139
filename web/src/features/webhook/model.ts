import type { Webhook, WebhookDelivery } from '@/lib/api';
import type { Tone } from '@/ui/badge';

interface Noun {
  name: string;
  label: string;
  kinds: Record<string, string>;
}

const changes = { created: 'Created', updated: 'Changed', deleted: 'Deleted' };
const runs = { started: 'Started', paused: 'Paused', cancelled: 'Cancelled', done: 'Done', undone: 'Undone' };

const noun = (name: string, label: string, kinds: Record<string, string>): Noun => ({ name, label, kinds });

/** What can be heard of, by what it is about. */
export const nouns: readonly Noun[] = [
  noun('contact', 'Contacts', {
    ...changes,
    restored: 'Brought back',
    merged: 'Merged',
    unmerged: 'Merge undone',
  }),
  noun('company', 'Companies', changes),
  noun('note', 'Notes', changes),
  noun('task', 'Tasks', {
    ...changes,
    completed: 'Done',
    reopened: 'Opened again',
    reminder: 'Reminder is due',
  }),
  noun('file', 'Files', { created: 'Added', deleted: 'Deleted' }),
  noun('message', 'Messages', { created: 'Sent or received', updated: 'Delivered, read or failed' }),
  noun('conversation', 'Conversations', { updated: 'Changed' }),
  noun('optout', 'Opt-outs', { changed: 'Opted out or in' }),
  noun('person', 'People', { mentioned: 'Mentioned in a note' }),
  noun('import', 'Imports', runs),
  noun('bulk', 'Bulk actions', runs),
  noun('view', 'Views', changes),
  noun('custom_field', 'Custom fields', { changed: 'Changed' }),
  noun('webhook', 'Webhooks', { ...changes, disabled: 'Switched off' }),
];

const known = new Set(
  nouns.flatMap(({ name, kinds }) => [`${name}.*`, ...Object.keys(kinds).map((kind) => `${name}.${kind}`)]),
);

/** What is asked for and has no box of its own. */
export function others(events: readonly string[]): string[] {
  return events.filter((event) => event !== '*' && !known.has(event));
}

/** Asks for all of a noun or for none of it; what was asked of it one by one goes. */
export function askAll(events: readonly string[], { name, kinds }: Noun, on: boolean): string[] {
  const own = Object.keys(kinds).map((kind) => `${name}.${kind}`);
  const rest = events.filter((event) => event !== `${name}.*` && !own.includes(event));
  return on ? [...rest, `${name}.*`] : rest;
}

/** Asks for one kind more or less; all of a noun without one are the others of it. */
export function askOne(events: readonly string[], of: Noun, kind: string, on: boolean): string[] {
  const own = Object.keys(of.kinds).map((key) => `${of.name}.${key}`);
  const asked = events.includes(`${of.name}.*`) ? own : own.filter((event) => events.includes(event));
  const next = own.filter((event) => (event === `${of.name}.${kind}` ? on : asked.includes(event)));
  return [...askAll(events, of, false), ...next];
}

/** What a webhook hears, in a few words. */
export function heard(events: readonly string[]): string {
  if (events.includes('*')) return 'Everything';
  const names = events.map((event) => {
    const of = nouns.find(({ name }) => event === `${name}.*`);
    return of ? of.label : event;
  });
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

export const states: Record<Webhook['state'], { label: string; tone: Tone }> = {
  active: { label: 'On', tone: 'good' },
  failing: { label: 'Failing', tone: 'warn' },
  disabled: { label: 'Off', tone: 'neutral' },
};

export const deliveryStates: Record<WebhookDelivery['state'], { label: string; tone: Tone }> = {
  waiting: { label: 'Waiting', tone: 'neutral' },
  pending: { label: 'To be sent', tone: 'info' },
  succeeded: { label: 'Delivered', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** What became of it: "200 in 84 ms", "No answer". */
export function outcome({
  status,
  latency_ms,
  error,
}: {
  status?: number;
  latency_ms?: number;
  error?: string;
}): string {
  const answer = status ? String(status) : error ? 'No answer' : '';
  return [answer, latency_ms !== undefined && `${new Intl.NumberFormat().format(latency_ms)} ms`]
    .filter(Boolean)
    .join(' in ');
}

/** What is sent, as people read it. */
export function pretty(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
