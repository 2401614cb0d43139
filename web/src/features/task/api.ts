import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  cursorPaging,
  idempotency,
  ifMatch,
  mapPages,
  ok,
  type Page,
  type Pages,
  type Task,
  type TaskInput,
} from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';

const list = '/api/v1/sub-accounts/{sub_account}/tasks';
const one = '/api/v1/sub-accounts/{sub_account}/tasks/{task}';

export type TaskStatus = 'open' | 'done';

const tasksKey = (account: string, subject: string) => ['account', account, 'tasks', subject] as const;
/** The lists of no one contact or company. */
const allKey = (account: string) => ['account', account, 'tasks', 'all'] as const;
const countsKey = (account: string) => ['account', account, 'task-counts'] as const;
const taskKey = (account: string, id: string) => ['account', account, 'task', id] as const;

interface Asked extends Subject {
  status: TaskStatus;
  assignee_id?: string;
  unassigned?: boolean;
  limit: number;
}

const pages = (account: string, query: Asked) => ({
  queryFn: ({
    pageParam,
    signal,
  }: {
    pageParam: string | undefined;
    signal: AbortSignal;
  }): Promise<Page<Task>> =>
    ok(
      api.GET(list, {
        signal,
        params: { path: { sub_account: account }, query: { ...query, cursor: pageParam } },
      }),
    ),
  ...cursorPaging,
});

/** The tasks about a contact or a company: the open ones by their due time, or the done ones, the last first. */
export const tasksQuery = (account: string, of: Subject, status: TaskStatus) =>
  infiniteQueryOptions({
    queryKey: [...tasksKey(account, subjectId(of)), status],
    ...pages(account, { ...of, status, limit: 50 }),
  });

/** Everything to be done, or done, in an account: a member's, nobody's ("none"), or everybody's ("all"). */
export const allTasksQuery = (account: string, who: string, status: TaskStatus) =>
  infiniteQueryOptions({
    queryKey: [...allKey(account), who, status],
    ...pages(account, {
      status,
      limit: 100,
      ...(who === 'none' ? { unassigned: true } : who === 'all' ? {} : { assignee_id: who }),
    }),
  });

export const taskQuery = (account: string, id: string) =>
  queryOptions({
    queryKey: taskKey(account, id),
    queryFn: ({ signal }): Promise<Task> =>
      ok(api.GET(one, { signal, params: { path: { sub_account: account, task: id } } })),
  });

/** How many tasks are open and overdue, by who does them. */
export const taskCountsQuery = (account: string) =>
  queryOptions({
    queryKey: countsKey(account),
    queryFn: ({ signal }) =>
      ok(
        api.GET('/api/v1/sub-accounts/{sub_account}/task-counts', {
          signal,
          params: { path: { sub_account: account } },
        }),
      ),
  });

export interface NewTask {
  title: string;
  due_at: string | null;
  all_day: boolean;
  assignee_id: string | null;
}

export function createTask(account: string, of: Subject, task: NewTask, key: string): Promise<Task> {
  return ok(
    api.POST(list, {
      params: { path: { sub_account: account }, header: idempotency(key) },
      body: { ...task, ...of },
    }),
  );
}

/** Changes what `body` names. 412 when somebody else changed the task since `version`. */
export function updateTask(account: string, { id, version }: Task, body: TaskInput): Promise<Task> {
  return ok(
    api.PATCH(one, { params: { path: { sub_account: account, task: id }, header: ifMatch(version) }, body }),
  );
}

/** Ticks a task, or takes the tick back. */
export function tickTask(account: string, task: Task, done: boolean): Promise<Task> {
  const init = {
    params: {
      path: { sub_account: account, task: task.id },
      header: { ...idempotency(), ...ifMatch(task.version) },
    },
  };
  return ok(done ? api.POST(`${one}/complete`, init) : api.POST(`${one}/reopen`, init));
}

export async function deleteTask(account: string, task: Task): Promise<void> {
  await ok(
    api.DELETE(one, {
      params: { path: { sub_account: account, task: task.id }, header: ifMatch(task.version) },
    }),
  );
}

/** Shows a task in the lists as it is about to be, or as the server has it now. */
export function showTask(client: QueryClient, account: string, task: Task): void {
  client.setQueriesData<Pages<Task>>(
    { queryKey: ['account', account, 'tasks'] },
    (all) => all && mapPages(all, (other) => (other.id === task.id ? task : other)),
  );
}

/** Reads again what shows the tasks of a contact or a company ("" for neither). */
export async function refreshTasks(client: QueryClient, account: string, subject: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: tasksKey(account, subject) }),
    ...everyList(account).map((queryKey) => client.invalidateQueries({ queryKey })),
  ]);
}

const everyList = (account: string) => [
  allKey(account),
  countsKey(account),
  ['account', account, 'task'] as const,
];

const soon = new WeakMap<QueryClient, ReturnType<typeof setTimeout>>();

/** As refreshTasks, but the lists of everything once for what comes in a burst. */
export function heardOfTask(client: QueryClient, account: string, subject: string): void {
  void client.invalidateQueries({ queryKey: tasksKey(account, subject) });
  if (soon.has(client)) return;
  const timer = setTimeout(() => {
    soon.delete(client);
    for (const queryKey of everyList(account)) void client.invalidateQueries({ queryKey });
  }, 300);
  soon.set(client, timer);
}
