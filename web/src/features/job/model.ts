import type { Job } from '@/lib/api';

export interface JobFilter {
  /** Without it: what is under way and people wait for. */
  state?: 'parked';
  queue?: Job['queue'];
  kind?: string;
}

export function underWay({ state }: Job): boolean {
  return state === 'running' || state === 'due' || state === 'scheduled';
}

const names: Record<string, string> = {
  'sms.deliver': 'Send a text',
  'sms.reconcile': 'Ask the carrier about a text',
  'contact.erase': 'Erase a deleted contact',
};

/** What sort of work it is, in words; an unknown kind keeps its own. */
export function jobName(kind: string): string {
  return names[kind] ?? words(kind);
}

const subscribers: Record<string, string> = { audit: 'The audit log', conversation: 'The inbox' };

/** Who could not take an event, in words. */
export function subscriberName(subscriber: string): string {
  return subscribers[subscriber] ?? words(subscriber);
}

/** What happened, in words: "contact.updated" is "Contact updated". */
export function eventName(kind: string): string {
  return words(kind);
}

export const queueNames: Record<Job['queue'], string> = {
  interactive: 'Somebody waits',
  automation: 'Automation',
  bulk: 'In bulk',
  maintenance: 'Housekeeping',
};

export const stateNames: Record<Job['state'], string> = {
  scheduled: 'Later',
  due: 'Waiting',
  running: 'Running',
  completed: 'Done',
  discarded: 'Void',
  parked: 'Failed',
  cancelled: 'Cancelled',
};

export interface Explanation {
  /** A sentence or two for people: what is wrong, what to do. */
  summary: string;
  /** What the machine said, word for word. */
  details: string;
}

/**
 * Reads the reason of a failure. Ours begin with a code, such as
 * "carrier.unavailable: The carrier does not answer.", and may go on with a
 * cause; what has no code is no sentence for people.
 */
export function explainReason(reason: string | undefined): Explanation {
  const details = (reason ?? '').trim();
  const ours = /^[a-z_]+(?:\.[a-z_]+)+: (.+?[.!?])(?:: |$)/s.exec(details);
  if (ours?.[1]) return { summary: ours[1], details };
  return {
    summary: details ? 'It failed for a reason that only the details tell.' : 'It gave no reason.',
    details,
  };
}

/** How far a job has come, in percent; undefined while the whole is not known. */
export function percent(progress: Job['progress']): number | undefined {
  if (!progress || progress.total <= 0) return undefined;
  return Math.min(100, Math.max(0, Math.floor((progress.done / progress.total) * 100)));
}

function words(name: string): string {
  const text = name.replace(/[._-]+/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
