import type { ApiKey, Contact, Conversation, Member, Message, Session, SubAccount } from '@/lib/api';

export const account = '01920e5c-0000-7000-8000-000000000001';
export const secondAccount = '01920e5c-0000-7000-8000-000000000002';
export const me = '01920e5c-0000-7000-8000-0000000000aa';
export const colleague = '01920e5c-0000-7000-8000-0000000000bb';

/** Ids that sort by their number, as UUIDv7 sort by time. */
export function id(kind: number, n: number): string {
  return `01920e5c-${kind.toString(16).padStart(4, '0')}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

const everything = [
  'contacts.read',
  'contacts.write',
  'contacts.export',
  'conversations.read',
  'messages.send',
  'members.read',
  'members.manage',
  'teams.manage',
  'views.share',
  'fields.manage',
  'keys.manage',
  'audit.read',
  'audit.manage',
  'jobs.manage',
  'webhooks.manage',
];

export const session: Session = {
  person: { id: me, email: 'dana@acme.example', name: 'Dana Whitfield', totp_enabled: false },
  agency: { id: id(1, 1), name: 'Acme Growth Partners', role: 'agency_owner', role_name: 'Agency owner' },
  mfa_required: false,
  sub_accounts: [
    {
      id: account,
      name: 'Bright Smile Dental',
      role: 'account_admin',
      role_name: 'Admin',
      reach: 'all',
      permissions: everything,
      status: 'active',
      timezone: 'America/New_York',
      phone_number: '+14155550100',
    },
    {
      id: secondAccount,
      name: 'Donaudampfschifffahrtsgesellschaft Wien',
      role: 'account_admin',
      role_name: 'Admin',
      reach: 'all',
      permissions: everything,
      status: 'active',
      timezone: 'Europe/Vienna',
    },
  ],
  permissions: [
    ...everything,
    'agency.sub_accounts.read',
    'agency.sub_accounts.write',
    'agency.keys.manage',
    'agency.jobs.read',
    'agency.audit.read',
    'agency.audit.manage',
    'agency.members.read',
    'agency.members.manage',
    'agency.roles.manage',
    'agency.impersonate',
    'agency.security.manage',
    'agency.owners.manage',
    'agency.sso.manage',
    'agency.oauth_apps.manage',
  ],
};

/** Somebody who may do this in each sub-account, and nothing in the agency. */
export function sessionOf(permissions: string[]): Session {
  const accounts = session.sub_accounts.map((item) => ({ ...item, permissions }));
  return { ...session, permissions, sub_accounts: accounts };
}

export const members: Member[] = [
  {
    id: me,
    name: 'Dana Whitfield',
    email: 'dana@acme.example',
    role: 'agency_owner',
    role_name: 'Agency owner',
    level: 'agency',
    mfa: false,
    joined_at: minutesAgo(90_000),
    version: 1,
  },
  {
    id: colleague,
    name: 'Ravi Patel',
    email: 'ravi@acme.example',
    role: 'account_user',
    role_name: 'User',
    level: 'account',
    mfa: true,
    joined_at: minutesAgo(40_000),
    version: 1,
  },
];

const people = [
  ['Maria', 'Lopez'],
  ['Kwame', 'Mensah'],
  ['Ines', 'Ferreira'],
  ['Yuki', 'Tanaka'],
  ['Noah', 'Bergström'],
  ['Leila', 'حداد'],
  ['Maximilian-Alexander', 'Hohenzollern-Sigmaringen'],
  ['Ava', 'Thompson'],
  ['Tomasz', 'Wójcik'],
  ['Zoë', 'O’Connor'],
] as const;
const tagSets = [
  ['new patient'],
  ['vip', 'whitening'],
  [],
  ['recall'],
  ['insurance', 'family', 'vip'],
  ['whitening'],
];

export function makeContact(n: number, changes: Partial<Contact> = {}): Contact {
  const [first = '', last = ''] = people[n % people.length] ?? [];
  const round = n >= people.length ? ` ${Math.floor(n / people.length) + 1}` : '';
  const email = n % 4 === 2 ? '' : `${first.toLowerCase().replace(/[^a-z]/g, '')}${n}@example.com`;
  const phone = n % 7 === 5 ? '' : `+1415555${String(1000 + (n % 9000)).padStart(4, '0')}`;
  return {
    id: id(2, n),
    first_name: first,
    last_name: `${last}${round}`,
    name: `${first} ${last}${round}`,
    email,
    phone,
    emails: email ? [{ address: email, label: '', primary: true, state: 'ok' }] : [],
    phones: phone ? [{ number: phone, label: '', primary: true, state: 'ok' }] : [],
    tags: [...(tagSets[n % tagSets.length] ?? [])],
    owner_id: n % 3 === 0 ? me : n % 3 === 1 ? colleague : '',
    followers: [],
    source: 'manual',
    company_id: '',
    job_title: '',
    address: { street: '', city: '', region: '', postal_code: '', country: '' },
    timezone: '',
    birthday: null,
    attribution: {},
    dnd: [],
    score: 0,
    custom: {},
    opted_out: n === 3,
    created_at: minutesAgo(17 + n * 53),
    updated_at: minutesAgo(17 + n * 53),
    version: 1,
    ...changes,
  };
}

const dialogue = [
  'Hi, this is Bright Smile Dental. You are due for a cleaning. Would Thursday at 10 suit you?',
  'Thursday works! Can you make it 10:30 though? School run 🙈',
  '10:30 it is. See you then, and bring your new insurance card if you have one.',
  'Will do, thanks',
];

export function makeMessages(n: number, contact: Contact): Message[] {
  return dialogue.slice(0, n % 5 === 4 ? 2 : 4).map((body, i) => {
    const out = i % 2 === 0;
    const failed = n === 2 && i === 2;
    const held = n === 3 && i === 2;
    return {
      id: id(4, n * 100 + i),
      conversation_id: id(3, n),
      contact_id: contact.id,
      channel: 'sms',
      direction: out ? 'out' : 'in',
      body,
      status: failed ? 'undelivered' : held ? 'held' : out ? (i === 2 ? 'delivered' : 'sent') : 'received',
      ...(failed ? { error_code: '30005' } : {}),
      ...(held ? { reason: { rule: 'optout', message: 'The contact opted out of texts on 3 March.' } } : {}),
      from: out ? '+14155550100' : contact.phone,
      to: out ? contact.phone : '+14155550100',
      actor: out
        ? { kind: 'person', id: i === 2 ? colleague : me, name: i === 2 ? 'Ravi Patel' : 'Dana Whitfield' }
        : { kind: 'carrier', id: '', name: '' },
      created_at: minutesAgo(n * 97 + (i < 2 ? 1500 : 30) - i * 4),
      status_at: minutesAgo(n * 97 + (i < 2 ? 1500 : 30) - i * 4),
    };
  });
}

export function makeConversation(n: number, contact: Contact, messages: Message[]): Conversation {
  const last = messages.at(-1);
  return {
    id: id(3, n),
    contact: { id: contact.id, name: contact.name, phone: contact.phone },
    channel: 'sms',
    last_message: last && {
      id: last.id,
      direction: last.direction,
      body: last.body,
      status: last.status,
      created_at: last.created_at,
    },
    unread: n % 3 === 0 ? 1 : 0,
    status: 'open',
    updated_at: last?.created_at ?? minutesAgo(n),
  };
}

const steps = ['Placed', 'DatabaseReady', 'DirectoryReady', 'CarrierReady', 'InvitationSent'];

export function makeSubAccount(
  name: string,
  displayName: string,
  state: SubAccount['state'],
  done: number,
): SubAccount {
  return {
    name,
    id: state === 'provisioning' ? undefined : name === 'bright-smile' ? account : id(9, done),
    display_name: displayName,
    owner_email: `owner@${name}.example`,
    timezone: 'America/New_York',
    country: 'US',
    currency: 'USD',
    isolation: 'Agency',
    suspended: state === 'suspended',
    version: `${name}.1`,
    state,
    reason: state === 'stalled' ? 'NumberNotOwned' : '',
    message:
      state === 'stalled'
        ? 'The number +14155550177 is not in the agency’s carrier account. Buy it there, or name another one.'
        : '',
    conditions: steps.map((type, i) => ({
      type,
      status: i < done ? 'True' : state === 'stalled' && i === done ? 'False' : 'Unknown',
      reason: i < done ? 'Done' : 'Waiting',
      message:
        i < done
          ? 'Done.'
          : state === 'stalled' && i === done
            ? 'The number +14155550177 is not in the agency’s carrier account.'
            : 'Waits for the step before.',
      last_transition_time: minutesAgo(40 - i),
    })),
    phone_number: state === 'ready' ? '+14155550100' : undefined,
    created_at: minutesAgo(3000),
  };
}

export function makeKey(n: number): ApiKey {
  return {
    id: id(8, n),
    name: ['Website form', 'Nightly export'][n % 2] ?? '',
    prefix: 'omni_4fQ2',
    scopes: ['contacts.read', 'contacts.write'],
    created_at: minutesAgo(9000),
    last_used_at: n === 0 ? minutesAgo(12) : undefined,
  };
}
