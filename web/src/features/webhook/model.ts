import type { EventKind, Webhook, WebhookDelivery } from '@/lib/api';
import type { Tone } from '@/ui/badge';

/** What can be heard of, by what it is about: "contact" has the name contact and the label Contacts. */
export interface Noun {
  name: string;
  label: string;
  kinds: { name: string; title: string; when: string }[];
}

/** Groups the kinds that webhooks may ask for, in the server's order. */
export function nounsOf(kinds: readonly EventKind[]): Noun[] {
  const nouns = new Map<string, Noun>();
  for (const { kind, noun, title, description } of kinds.filter(({ webhooks }) => webhooks)) {
    const name = kind.slice(0, kind.indexOf('.'));
    const of = nouns.get(name) ?? { name, label: noun, kinds: [] };
    of.kinds.push({ name: kind, title, when: description });
    nouns.set(name, of);
  }
  return [...nouns.values()];
}

/** What is asked for and is offered no more. */
export function others(events: readonly string[], nouns: readonly Noun[]): string[] {
  const known = new Set(nouns.flatMap(({ name, kinds }) => [`${name}.*`, ...kinds.map((kind) => kind.name)]));
  return events.filter((event) => event !== '*' && !known.has(event));
}

/** Asks for all of a noun or for none of it; what was asked of it one by one goes. */
export function askAll(events: readonly string[], { name, kinds }: Noun, on: boolean): string[] {
  const rest = events.filter((event) => event !== `${name}.*` && !kinds.some((kind) => kind.name === event));
  return on ? [...rest, `${name}.*`] : rest;
}

/** Asks for one kind more or less; all of a noun without one are the others of it. */
export function askOne(events: readonly string[], of: Noun, kind: string, on: boolean): string[] {
  const own = of.kinds.map(({ name }) => name);
  const asked = events.includes(`${of.name}.*`) ? own : own.filter((event) => events.includes(event));
  const next = own.filter((event) => (event === kind ? on : asked.includes(event)));
  return [...askAll(events, of, false), ...next];
}

/** What a webhook hears, in a few words. */
export function heard(events: readonly string[], nouns: readonly Noun[]): string {
  if (events.includes('*')) return 'Everything';
  const names = events.map((event) => nouns.find(({ name }) => event === `${name}.*`)?.label ?? event);
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
