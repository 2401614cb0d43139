import type { Condition, SubAccount } from '@/lib/api';
import type { Tone } from '@/ui/badge';

/** Whether its state will change by itself soon. */
export function inMotion({ state }: SubAccount): boolean {
  return state === 'provisioning' || state === 'deleting';
}

export interface StateLook {
  label: string;
  tone: Tone;
}

export const stateLooks: Record<SubAccount['state'], StateLook> = {
  ready: { label: 'Ready', tone: 'good' },
  provisioning: { label: 'Setting up', tone: 'info' },
  suspended: { label: 'Suspended', tone: 'warn' },
  stalled: { label: 'Needs you', tone: 'bad' },
  deleting: { label: 'Deleting', tone: 'neutral' },
};

/** Steps of the setup that are done, out of those that the operator reports. */
export function progress(conditions: readonly Condition[] | null | undefined): { done: number; of: number } {
  const steps = phases(conditions);
  return { done: steps.filter(({ status }) => status === 'True').length, of: steps.length };
}

/** The conditions that are steps: Ready and its kin sum the others up. */
export function phases(conditions: readonly Condition[] | null | undefined): Condition[] {
  return (conditions ?? []).filter(
    ({ type }) => !['Ready', 'Reconciling', 'Stalled', 'Suspended'].includes(type),
  );
}

/** "DatabaseReady" → "Database ready". */
export function conditionName(type: string): string {
  const words = type.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name that Kubernetes takes (RFC 1123 label): "Müller & Söhne" → "muller-sohne". */
export function slugOf(displayName: string): string {
  return displayName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
}

export const isolations = [
  {
    value: '',
    label: 'As your agency’s setting',
    text: 'Your agency’s default. Right for nearly everyone.',
  },
  {
    value: 'Shared',
    label: 'Shared',
    text: 'In one database with other agencies’ accounts, parted row by row. The lightest: fine for trials and tiny accounts.',
  },
  {
    value: 'Agency',
    label: 'Agency',
    text: 'In your agency’s own database, beside your other accounts. Backed up, restored and moved with them.',
  },
  {
    value: 'Dedicated',
    label: 'Dedicated',
    text: 'In a database of its own. For a customer with much data, or whose contract asks for it. Takes longest to set up.',
  },
] as const;

/** What deleting does. The policy stands in the resource's spec; Retain unless somebody chose Delete there. */
export const deletionText =
  'Sign-in and sends stop. Its deletion policy decides about the data: Retain, the default, keeps everything, and an account created again under this name takes it over; Delete removes it for good when the grace period is over.';

const regions =
  typeof Intl.DisplayNames === 'function' ? new Intl.DisplayNames(undefined, { type: 'region' }) : null;

/** The countries that we serve, with the currency that is usual there. */
export const countries: readonly { code: string; currency: string; name: string }[] =
  'US:USD CA:CAD GB:GBP IE:EUR AU:AUD NZ:NZD DE:EUR AT:EUR CH:CHF FR:EUR BE:EUR NL:EUR ES:EUR PT:EUR IT:EUR DK:DKK NO:NOK SE:SEK FI:EUR PL:PLN CZ:CZK IL:ILS AE:AED IN:INR SG:SGD JP:JPY MX:MXN BR:BRL ZA:ZAR'
    .split(' ')
    .map((pair) => {
      const [code = '', currency = ''] = pair.split(':');
      return { code, currency, name: regions?.of(code) ?? code };
    })
    .sort((a, b) => a.name.localeCompare(b.name));

export const currencies = [...new Set(countries.map(({ currency }) => currency))].sort();

/** IANA time zones by region, for a select with groups. */
export function timeZones(): { region: string; zones: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const zone of [...Intl.supportedValuesOf('timeZone'), 'UTC']) {
    const region = zone.includes('/') ? (zone.split('/')[0] ?? zone) : 'Other';
    groups.set(region, [...(groups.get(region) ?? []), zone]);
  }
  return [...groups].map(([region, zones]) => ({ region, zones: [...new Set(zones)] }));
}
