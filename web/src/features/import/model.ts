import type { CustomField, Import, ImportDetail, ImportSettings } from '@/lib/api';
import { count } from '@/lib/format';

export type State = Import['state'];

/** Whether it changes by itself while one looks. */
export function moving({ state }: Pick<Import, 'state'>): boolean {
  return state === 'running' || state === 'undoing';
}

export const stateNames: Record<State, string> = {
  ready: 'Not started',
  running: 'Running',
  paused: 'Paused',
  cancelled: 'Cancelled',
  done: 'Done',
  undoing: 'Being undone',
  undone: 'Undone',
};

export const stateTones: Record<State, 'neutral' | 'good' | 'warn' | 'info'> = {
  ready: 'info',
  running: 'info',
  paused: 'warn',
  cancelled: 'neutral',
  done: 'good',
  undoing: 'info',
  undone: 'neutral',
};

type Encoding = Import['encoding'];

const encodings: Record<Encoding, { name: string; where: string }> = {
  'utf-8': { name: 'UTF-8', where: 'Unicode' },
  'utf-16le': { name: 'UTF-16', where: 'Unicode' },
  'utf-16be': { name: 'UTF-16 (big-endian)', where: 'Unicode' },
  'windows-1252': { name: 'Windows-1252', where: 'Western Europe, America' },
  'iso-8859-15': { name: 'ISO 8859-15', where: 'Western Europe, America' },
  macintosh: { name: 'Mac Roman', where: 'Western Europe, America' },
  'windows-1250': { name: 'Windows-1250', where: 'Central Europe' },
  'iso-8859-2': { name: 'ISO 8859-2', where: 'Central Europe' },
  'windows-1251': { name: 'Windows-1251', where: 'Cyrillic' },
  shift_jis: { name: 'Shift-JIS', where: 'Japanese' },
  'euc-jp': { name: 'EUC-JP', where: 'Japanese' },
  gb18030: { name: 'GBK, GB 18030', where: 'Chinese' },
  big5: { name: 'Big5', where: 'Chinese' },
  'euc-kr': { name: 'EUC-KR', where: 'Korean' },
};
const delimiters: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'pipes' };

/** The ways to write letters, by where people write so. */
export const encodingChoices = [...new Set(Object.values(encodings).map(({ where }) => where))].map(
  (where) => ({
    where,
    choices: Object.entries(encodings)
      .filter(([, one]) => one.where === where)
      .map(([value, { name }]) => ({ value: value as Encoding, name })),
  }),
);

/** What may stand between columns. */
export const delimiterChoices = Object.entries(delimiters).map(([value, name]) => ({
  value,
  name: name.charAt(0).toUpperCase() + name.slice(1),
}));

/** What was found out about the file, in words. */
export function factsOf({ total, columns, encoding, delimiter, headed }: Import): string[] {
  return [
    count(total, 'row', 'rows'),
    count(columns?.length ?? 0, 'column', 'columns'),
    `parted by ${delimiters[delimiter] ?? `“${delimiter}”`}`,
    `written in ${encodings[encoding].name}`,
    headed ? 'the first row names the columns' : 'no row with names',
  ];
}

/** How far it has come, in percent. */
export function percent({ done, total }: Import): number {
  return total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
}

/** Something that a column may mean. */
export interface Target {
  key: string;
  label: string;
  group: string;
}

const known: Target[] = [
  ...group('Name', { first_name: 'First name', last_name: 'Last name', name: 'Full name' }),
  ...group('How to reach them', { email: 'E-mail', phone: 'Phone' }),
  ...group('About them', {
    tags: 'Tags',
    company: 'Company',
    job_title: 'Job title',
    birthday: 'Birthday',
    timezone: 'Time zone',
    source: 'Source',
    owner: 'Owner',
    dnd: 'Do not disturb',
    website: 'Company website',
  }),
  ...group('Address', {
    street: 'Street',
    city: 'City',
    region: 'State or region',
    postal_code: 'Postal code',
    country: 'Country',
  }),
  ...group('Consent', {
    consent: 'Agreed: yes or no',
    consent_at: 'Agreed when',
    consent_source: 'Agreed where',
    consent_text: 'Agreed to what',
  }),
];

function group(name: string, labels: Record<string, string>): Target[] {
  return Object.entries(labels).map(([key, label]) => ({ key, label, group: name }));
}

/** Those of which several columns may tell. */
const several = new Set(['', 'email', 'phone', 'tags']);

/** What the server lets a column mean, by its own list, with a name for people. */
export function targetsOf(keys: readonly string[], fields: readonly CustomField[]): Target[] {
  return keys.map((key) => {
    const field = fields.find((item) => `custom.${item.key}` === key);
    if (field) return { key, label: field.name, group: 'Your own fields' };
    return known.find((item) => item.key === key) ?? { key, label: words(key), group: 'Other' };
  });
}

function words(key: string): string {
  const text = key.replace(/^custom\./, '').replace(/[._]+/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Gives a column a meaning; what only one column can mean is taken from the other. */
export function mapColumn(fields: readonly string[], column: number, key: string): string[] {
  return fields.map((field, n) => {
    if (n === column) return key;
    return field === key && !several.has(key) ? '' : field;
  });
}

/** The settings that an import begins with: what the server guessed or remembers. */
export function settingsOf({ settings, columns }: ImportDetail): ImportSettings {
  return {
    ...settings,
    fields: (columns ?? []).map((_, n) => settings.fields?.[n] ?? ''),
    match: settings.match ?? [],
    tags: settings.tags ?? [],
  };
}

/** The settings when the file is read in another way: those of its columns are new where the columns are. */
export function reread(settings: ImportSettings, before: ImportDetail, now: ImportDetail): ImportSettings {
  if (before.columns?.join('\n') === now.columns?.join('\n')) return settings;
  const { fields, match } = settingsOf(now);
  return { ...settings, fields, match };
}

const reaching = ['first_name', 'last_name', 'name', 'email', 'phone'];

/** What stands in the way of a try; nothing when all is well. */
export function lacking(settings: ImportSettings): string | null {
  if (!(settings.fields ?? []).some((field) => reaching.includes(field)))
    return 'One column has to be a name, an e-mail address or a phone number.';
  const { consent } = settings;
  if (consent && !(consent.text.trim() && consent.source.trim() && consent.at))
    return 'Say to what they agreed, where, and when. Or say that nothing is known of it.';
  return null;
}

/** By what rows find people, of what was chosen: that which a column means. */
export function matchOf({ match, fields }: ImportSettings): string[] {
  return (match ?? []).filter((rule) => fields?.includes(rule));
}

const rules: Record<string, string> = { email: 'e-mail', phone: 'phone', id: 'contact id' };

/** The ways in which the columns can find somebody, the strongest rule of each first; none is the last. */
export function matchChoices(settings: ImportSettings, own: readonly CustomField[]) {
  const columns = settings.fields ?? [];
  const unique = own.filter(({ unique: alone, archived_at }) => alone && !archived_at);
  const name = (rule: string) =>
    rules[rule] ?? own.find(({ key }) => rule === `custom.${key}`)?.name ?? words(rule);
  const reach = ['email', 'phone'].filter((rule) => columns.includes(rule));
  const strong = ['id', ...unique.map(({ key }) => `custom.${key}`)].filter((rule) => columns.includes(rule));
  const ways = [
    ...strong.flatMap((rule) => [...(reach.length > 0 ? [[rule, ...reach]] : []), [rule]]),
    ...(reach.length > 1 ? [reach, reach.toReversed()] : []),
    ...reach.map((rule) => [rule]),
    [],
  ];
  const chosen = matchOf(settings);
  // What was remembered stays to be seen, also where no way above says it.
  if (!ways.some((way) => way.join(' ') === chosen.join(' '))) ways.unshift(chosen);
  return ways.map((way) => ({
    value: way.join(' '),
    label:
      way.length > 0 ? `Same ${way.map(name).join(', or else same ')}` : 'Nobody: every row is somebody new',
  }));
}

/** Whether the file tells row by row who agreed. */
export function tellsConsent(settings: ImportSettings): boolean {
  return (settings.fields ?? []).includes('consent');
}

/** A row's cells of one column, for a look: the first that say something. */
export function samplesOf({ sample }: ImportDetail, column: number): string[] {
  return (sample ?? []).map((row) => row[column]?.trim() ?? '').filter(Boolean);
}

/** The messages of a refusal by the setting they speak of; those of a column by its number. */
export function faultsOf(fields: readonly { path: string; message: string }[]) {
  const columns: Record<number, string> = {};
  const rest: string[] = [];
  for (const { path, message } of fields) {
    const column = /^fields\[(\d+)\]/.exec(path);
    if (column) columns[Number(column[1])] = message;
    else rest.push(message);
  }
  return { columns, rest };
}
