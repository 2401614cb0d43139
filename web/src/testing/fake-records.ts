import type { Note, Task } from '@/lib/api';
import { colleague, id, me, minutesAgo } from './fake-data';
import { missing, type Route, stale } from './fake-refusal';

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

/** What else there is to do: of each day some, about a company, about nobody, for a colleague and for nobody yet. */
function moreTasks(companies: readonly { id: string }[]): Task[] {
  const inDays = (days: number) => minutesAgo(-days * 1440);
  const firm = companies[0]?.id ?? '';
  const some: Partial<Task>[] = [
    { title: 'Order new brochures', due_at: inDays(0.2), all_day: false, recurrence: '' },
    {
      title: 'Prepare the figures for the quarter',
      due_at: inDays(1),
      recurrence: 'FREQ=MONTHLY;BYMONTHDAY=1',
    },
    { title: 'Renew the contract', due_at: inDays(3), recurrence: '', company_id: firm },
    { title: 'Donaudampfschifffahrtsgesellschaftskapitän anrufen', due_at: inDays(9), recurrence: '' },
    { title: 'Tidy the list of suppliers', due_at: null, all_day: false, recurrence: '', assignee_id: '' },
    { title: 'Ask for a review', due_at: inDays(2), recurrence: '', assignee_id: colleague },
    { title: 'Send the invoice', due_at: inDays(-1), recurrence: '', completed_at: minutesAgo(30) },
    { title: 'Book the room', due_at: inDays(-4), recurrence: '', completed_at: minutesAgo(4000) },
  ];
  return some.map((changes, n) => makeTask(500 + n, '', changes));
}

/** The notes and tasks of a sub-account, in memory. */
export class FakeRecords {
  notes: Note[] = [];
  tasks: Task[] = [];
  private made = 1000;

  constructor(
    contacts: readonly { id: string }[],
    companies: readonly { id: string }[],
    private nameOf: (subject: string) => string,
  ) {
    for (const [n, contact] of contacts.entries()) {
      this.notes.push(makeNote(2 * n, contact.id), makeNote(2 * n + 1, contact.id));
      this.tasks.push(makeTask(2 * n, contact.id), makeTask(2 * n + 1, contact.id));
    }
    if (contacts.length > 0) this.tasks.push(...moreTasks(companies));
    this.tasks = this.tasks.map((task) => this.named(task));
  }

  routes: Route[] = [
    ['GET', /\/contacts\/([^/]+)\/notes$/, ([, contact]) => this.notesOf(contact)],
    ['POST', /\/contacts\/([^/]+)\/notes$/, ([, contact], body) => this.addNote(contact, body)],
    ['PATCH', /\/notes\/([^/]+)$/, ([, one], body) => this.changeNote(one, body) ?? missing],
    ['DELETE', /\/notes\/([^/]+)$/, ([, one]) => this.dropNote(one)],
    ['GET', /\/tasks$/, (_, __, url) => this.tasksOf(url.searchParams)],
    ['GET', /\/task-counts$/, () => this.counts()],
    ['POST', /\/tasks$/, (_, body) => this.addTask(body)],
    ['GET', /\/tasks\/([^/]+)$/, ([, one]) => this.tasks.find(({ id: other }) => other === one) ?? missing],
    ['PATCH', /\/tasks\/([^/]+)$/, ([, one], body, _, request) => this.changeTask(one, body, request)],
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
    const only = (name: 'contact_id' | 'company_id' | 'assignee_id', task: Task) =>
      !query.has(name) || task[name] === query.get(name);
    const all = this.tasks
      .filter(
        (task) =>
          only('contact_id', task) &&
          only('company_id', task) &&
          only('assignee_id', task) &&
          (!query.has('unassigned') || !task.assignee_id) &&
          Boolean(task.completed_at) === done,
      )
      .sort((a, b) =>
        done
          ? (a.completed_at ?? '') < (b.completed_at ?? '')
            ? 1
            : -1
          : (a.due_at ?? '~') < (b.due_at ?? '~')
            ? -1
            : 1,
      );
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    return { items: all.slice(from, to), next_cursor: to < all.length ? String(to) : undefined };
  }

  counts() {
    const open = this.tasks.filter((task) => !task.completed_at);
    const late = (task: Task) =>
      Boolean(task.due_at) && Date.parse(task.due_at ?? '') < Date.now() - 86_400_000;
    const people = [...new Set(open.map((task) => task.assignee_id))];
    return {
      items: people.map((one) => {
        const theirs = open.filter((task) => task.assignee_id === one);
        return { assignee_id: one, open: theirs.length, overdue: theirs.filter(late).length };
      }),
    };
  }

  private named(task: Task): Task {
    return { ...task, subject_name: this.nameOf(task.contact_id || task.company_id || '') };
  }

  addTask(body: Record<string, unknown>): Task {
    const given = { recurrence: '', ...(body as Partial<Task>), id: id(11, this.made++) };
    const task = this.named(makeTask(0, '', given));
    this.tasks.push(task);
    return task;
  }

  changeTask(one: string | undefined, body: Record<string, unknown>, request: Request) {
    const task = this.tasks.find(({ id: other }) => other === one);
    if (!task) return missing;
    if (request.headers.get('if-match') !== `"${task.version}"`) return stale;
    const changed = { ...task, ...(body as Partial<Task>), version: task.version + 1 };
    this.tasks = this.tasks.map((other) => (other === task ? changed : other));
    return changed;
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
