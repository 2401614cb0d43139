import type { EventKind } from '@/lib/api';

/** Some of the kinds of events that there are; docs/events.md has them all. */
const some: [kind: string, noun: string, title: string, description: string][] = [
  [
    'contact.created',
    'Contacts',
    'Created',
    'A contact came to be: by hand, by the API, by an import or by a text.',
  ],
  [
    'contact.updated',
    'Contacts',
    'Changed',
    'Something about a contact changed: a field, a tag, an address, its owner.',
  ],
  ['contact.deleted', 'Contacts', 'Deleted', 'A contact was deleted. It can be brought back for 30 days.'],
  ['contact.restored', 'Contacts', 'Brought back', 'A deleted contact is back.'],
  [
    'contact.merged',
    'Contacts',
    'Merged',
    'Contacts became one: told of the one that stays and of each other one.',
  ],
  ['contact.unmerged', 'Contacts', 'Merge undone', 'A merge was undone.'],
  ['company.created', 'Companies', 'Created', 'A company came to be, by hand, by the API or by an import.'],
  ['company.updated', 'Companies', 'Changed', 'Something about a company changed.'],
  ['note.created', 'Notes', 'Created', 'Somebody wrote a note about a contact or a company.'],
  [
    'task.created',
    'Tasks',
    'Created',
    'A task came to be, by hand or because the one before it comes again.',
  ],
  ['task.completed', 'Tasks', 'Done', 'A task was done.'],
  ['file.created', 'Files', 'Added', 'A file was added.'],
  ['person.mentioned', 'People', 'Mentioned in a note', 'A note names a member for the first time.'],
  ['message.created', 'Messages', 'Sent or received', 'Somebody wrote a message, or one came in.'],
  ['message.updated', 'Messages', 'Sent, delivered or failed', 'How far a message has come changed.'],
  [
    'webhook.disabled',
    'Webhooks',
    'Switched off',
    'A webhook was switched off by itself, after a day without a success.',
  ],
];

const wire = ([kind, noun, title, description]: (typeof some)[number]): EventKind => ({
  kind,
  noun,
  title,
  description,
  subject_kinds: [kind.slice(0, kind.indexOf('.'))],
  permission: 'contacts.read',
  stream: 'everybody',
  webhooks: true,
  differing: kind === 'contact.updated' || kind === 'company.updated',
  counted_as: [],
  example: {},
});

export const eventKinds: EventKind[] = [
  ...some.map(wire),
  {
    ...wire([
      'contact.left',
      'Contacts',
      'Out of reach',
      'A contact is out of the reader’s reach from now on.',
    ]),
    stream: 'reader',
    webhooks: false,
  },
];
