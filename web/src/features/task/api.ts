import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { api, cursorPaging, idempotency, ifMatch, ok, type Page, type Task } from '@/lib/api';
import { type Subject, subjectId } from '@/lib/subject';

const list = '/api/v1/sub-accounts/{sub_account}/tasks';
const one = '/api/v1/sub-accounts/{sub_account}/tasks/{task}';

export type TaskStatus = 'open' | 'done';

export const tasksKey = (account: string, subject: string) => ['account', account, 'tasks', subject] as const;

/** The tasks about a contact or a company: the open ones by their due time, or the done ones, the last first. */
export const tasksQuery = (account: string, of: Subject, status: TaskStatus) =>
  infiniteQueryOptions({
    queryKey: [...tasksKey(account, subjectId(of)), status],
    queryFn: ({ pageParam, signal }): Promise<Page<Task>> =>
      ok(
        api.GET(list, {
          signal,
          params: {
            path: { sub_account: account },
            query: { ...of, status, cursor: pageParam, limit: 50 },
          },
        }),
      ),
    ...cursorPaging,
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

export function refreshTasks(client: QueryClient, account: string, subject: string): Promise<void> {
  return client.invalidateQueries({ queryKey: tasksKey(account, subject) });
}
