import type { Note, Task } from '@/lib/api';
import { id, me, minutesAgo } from './fake-data';
import { missing, type Route } from './fake-refusal';

const author = { kind: 'person', id: me, name: 'Dana Whitfield' } as const;

function makeNote(n: number, contact: string, changes: Partial<Note> = {}): Note {
  const at = minutesAgo(n * 90);
  return {
    id: id(10, n),
    contact_id: contact,
    company_id: '',
    body: n % 2 ? 'Prefers mornings. Ask for Lena at the front desk.' : 'Wants the spring price list first.',
    mentions: [],
    pinned: false,
    author,
    created_at: at,
    updated_at: at,
    version: 1,
    ...changes,
  };
}

function makeTask(n: number, contact: string, changes: Partial<Task> = {}): Task {
  const at = minutesAgo(n * 90);
  return {
    id: id(11, n),
    contact_id: contact,
    company_id: '',
    subject_name: '',
    title: n % 2 ? 'Send the price list' : 'Call back about the appointment',
    body: '',
    assignee_id: me,
    due_at: minutesAgo((n - 1) * 1440),
    all_day: true,
    timezone: 'America/New_York',
    recurrence: n % 2 ? 'FREQ=WEEKLY' : '',
    reminder_at: null,
    completed_at: null,
    author,
    created_at: at,
    updated_at: at,
    version: 1,
    ...changes,
  };
}

/** The notes and tasks of a sub-account, in memory. */
export class FakeRecords {
  notes: Note[] = [];
  tasks: Task[] = [];
  private made = 1000;

  constructor(contacts: readonly { id: string }[]) {
    for (const [n, contact] of contacts.entries()) {
      this.notes.push(makeNote(2 * n, contact.id), makeNote(2 * n + 1, contact.id));
      this.tasks.push(makeTask(2 * n, contact.id), makeTask(2 * n + 1, contact.id));
    }
  }

  routes: Route[] = [
    ['GET', /\/contacts\/([^/]+)\/notes$/, ([, contact]) => this.notesOf(contact)],
    ['POST', /\/contacts\/([^/]+)\/notes$/, ([, contact], body) => this.addNote(contact, body)],
    ['PATCH', /\/notes\/([^/]+)$/, ([, one], body) => this.changeNote(one, body) ?? missing],
    ['DELETE', /\/notes\/([^/]+)$/, ([, one]) => this.dropNote(one)],
    ['GET', /\/tasks$/, (_, __, url) => this.tasksOf(url.searchParams)],
    ['POST', /\/tasks$/, (_, body) => this.addTask(body)],
    [
      'POST',
      /\/tasks\/([^/]+)\/(complete|reopen)$/,
      ([, one, what]) => this.tick(one, what === 'complete') ?? missing,
    ],
    ['DELETE', /\/tasks\/([^/]+)$/, ([, one]) => this.dropTask(one)],
  ];

  /** Of a contact or a company. */
  notesOf(subject: string | undefined) {
    const items = this.notes.filter((note) => [note.contact_id, note.company_id].includes(subject ?? ''));
    return {
      items: items.sort(
        (a, b) => Number(b.pinned) - Number(a.pinned) || (a.created_at < b.created_at ? 1 : -1),
      ),
    };
  }

  addNote(contact: string | undefined, body: Record<string, unknown>, company = ''): Note {
    const note = makeNote(0, contact ?? '', {
      ...(body as Partial<Note>),
      company_id: company,
      id: id(10, this.made++),
    });
    this.notes.push(note);
    return note;
  }

  changeNote(one: string | undefined, body: Record<string, unknown>): Note | undefined {
    this.notes = this.notes.map((note) =>
      note.id === one ? { ...note, ...(body as Partial<Note>), version: note.version + 1 } : note,
    );
    return this.notes.find((note) => note.id === one);
  }

  dropNote(one: string | undefined): void {
    this.notes = this.notes.filter((note) => note.id !== one);
  }

  tasksOf(query: URLSearchParams) {
    const done = query.get('status') === 'done';
    return {
      items: this.tasks
        .filter(
          (task) =>
            task.contact_id === (query.get('contact_id') ?? '') &&
            task.company_id === (query.get('company_id') ?? '') &&
            Boolean(task.completed_at) === done,
        )
        .sort((a, b) => ((a.due_at ?? '~') < (b.due_at ?? '~') ? -1 : 1)),
    };
  }

  addTask(body: Record<string, unknown>): Task {
    const task = makeTask(0, '', { recurrence: '', ...(body as Partial<Task>), id: id(11, this.made++) });
    this.tasks.push(task);
    return task;
  }

  tick(one: string | undefined, done: boolean): Task | undefined {
    const at = done ? new Date().toISOString() : null;
    this.tasks = this.tasks.map((task) =>
      task.id === one ? { ...task, completed_at: at, version: task.version + 1 } : task,
    );
    return this.tasks.find((task) => task.id === one);
  }

  dropTask(one: string | undefined): void {
    this.tasks = this.tasks.filter((task) => task.id !== one);
  }
}
