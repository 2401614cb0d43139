import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { allowsIn, membersQuery, useSession } from '@/features/access';
import { flatten, type Task } from '@/lib/api';
import { useNow } from '@/lib/now';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { RecordSkeleton } from '@/ui/record-skeleton';
import { ShowMore } from '@/ui/show-more';
import { allTasksQuery, taskCountsQuery } from '../api';
import { TaskFilters } from '../components/task-filters';
import { TaskForm } from '../components/task-form';
import { TaskGroups } from '../components/task-groups';
import { TaskRow } from '../components/task-row';
import { TasksEmpty } from '../components/tasks-empty';
import { countsText } from '../counts';
import { moveInput } from '../form';
import { groupsOf } from '../group';
import type { TaskSearch } from '../search';
import { useTaskActions } from '../use-task-actions';
import { useTaskKeys } from '../use-task-keys';
import { useZone } from '../zone';

// The form's libraries load with the first panel, not with the list.
const TaskPanel = lazy(() =>
  import('../components/task-panel').then(({ TaskPanel: component }) => ({ default: component })),
);

const route = getRouteApi('/signed-in/a/$account/tasks');

/** Everything that somebody here means to do. */
export function TasksScreen() {
  const { account } = route.useParams();
  const { who: asked, status = 'open', task: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const session = useSession();
  const me = session.person.id;
  const who = asked ?? me;
  const canWrite = allowsIn(session, { account }, 'contacts.write');
  const zone = useZone(account);
  const now = useNow();
  const field = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const list = useInfiniteQuery(allTasksQuery(account, who, status));
  const { data: members = [] } = useQuery(membersQuery(account));
  const { data: counts } = useQuery(taskCountsQuery(account));
  const { gone, tick, remove, change } = useTaskActions(account);
  const tasks = flatten(list.data).filter(({ id }) => !gone.has(id));
  const groups = groupsOf(tasks, status === 'done', now, zone);
  const rows = groups.flatMap((group) => group.tasks);

  const show = (task: string | undefined) =>
    navigate({ search: (old) => ({ ...old, task }), replace: Boolean(opened) });
  const refine = (next: TaskSearch) => {
    setAt(-1);
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  };
  const leave = (then: (task: Task) => void) => (task: Task) => {
    void show(undefined);
    then(task);
  };
  const keyed = useTaskKeys({
    rows,
    at,
    setAt,
    canWrite,
    onCreate: () => field.current?.focus(),
    onOpen: ({ id }) => show(id),
    onTick: tick,
  });
  const current = rows[at]?.id;
  useEffect(() => {
    // The focus goes with the keys, also to what comes where a task was ticked.
    if (current && keyed.current) body.current?.querySelectorAll<HTMLElement>('[data-title]')[at]?.focus();
  }, [at, current, keyed]);

  return (
    <>
      <PageHeader title="Tasks" note={counts && <bdi>{countsText(counts.items, who)}</bdi>}>
        <TaskFilters
          me={me}
          members={members}
          who={who}
          status={status}
          onWho={(one) => refine({ who: one === me ? undefined : one })}
          onStatus={(one) => refine({ status: one === 'done' ? one : undefined })}
        />
      </PageHeader>
      {canWrite && (
        <TaskForm
          key={`${account} ${who}`}
          account={account}
          assignee={who === 'all' || who === 'none' ? '' : who}
          field={field}
        />
      )}
      <div
        ref={body}
        onPointerDown={() => {
          keyed.current = false;
        }}
        className="scroll-thin min-h-0 flex-1 overflow-y-auto"
      >
        {list.error && !list.data ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : list.isPending ? (
          <RecordSkeleton />
        ) : rows.length === 0 && !list.hasNextPage ? (
          <TasksEmpty
            status={status}
            who={who === me ? 'me' : who}
            onEverybody={() => refine({ who: 'all' })}
            onCreate={canWrite ? () => field.current?.focus() : undefined}
          />
        ) : (
          <TaskGroups
            groups={groups}
            more={list.hasNextPage}
            row={(task) => (
              <TaskRow
                key={task.id}
                account={account}
                task={task}
                members={members}
                canWrite={canWrite}
                active={task.id === current}
                onFocus={() => setAt(rows.indexOf(task))}
                onOpen={() => show(task.id)}
                onTick={() => tick(task)}
                onMove={(day) => change(task, moveInput(task, day))}
                onAssign={(assignee_id) => change(task, { assignee_id })}
              />
            )}
          />
        )}
        <ShowMore list={list} label="More tasks" />
      </div>
      <Suspense>
        <TaskPanel
          account={account}
          id={opened}
          canWrite={canWrite}
          onClose={() => show(undefined)}
          onTick={leave(tick)}
          onDelete={leave(remove)}
        />
      </Suspense>
    </>
  );
}
