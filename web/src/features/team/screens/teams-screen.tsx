import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, UsersRound } from 'lucide-react';
import { allowsIn, membersQuery, PeopleHeader, useSession } from '@/features/access';
import type { Team } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { deleteTeam, teamsQuery } from '../api';
import { TeamForm } from '../components/team-form';
import { TeamRow } from '../components/team-row';

const route = getRouteApi('/signed-in/a/$account/people/teams');

/** Who shares their contacts with whom. */
export function TeamsScreen() {
  const { account } = route.useParams();
  const { team: open } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const place = { account };
  const canManage = allowsIn(useSession(), place, 'teams.manage');
  const query = teamsQuery(account);
  const { data, error, refetch } = useQuery(query);
  const { data: people = [] } = useQuery(membersQuery(account));
  const current = data?.find(({ id }) => id === open);
  const show = (team?: string) => void navigate({ search: { team } });
  useCommands(
    canManage
      ? [
          {
            id: 'team.create',
            title: 'Create a team',
            group: 'People',
            keys: 'c',
            icon: Plus,
            run: () => show('new'),
          },
        ]
      : [],
  );
  const remove = (team: Team) => {
    show();
    const before = client.getQueryData(query.queryKey);
    client.setQueryData(query.queryKey, (list) => list?.filter(({ id }) => id !== team.id));
    undoable({
      title: `${team.name} deleted`,
      commit: () => deleteTeam(account, team),
      revert: () => client.setQueryData(query.queryKey, before),
    });
  };
  const button = canManage && (
    <Button look="primary" icon={Plus} onClick={() => show('new')}>
      New team
    </Button>
  );
  return (
    <>
      <PeopleHeader place={place} note={data?.length || undefined} actions={button} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : data.length === 0 ? (
          <EmptyState icon={UsersRound} title="No teams yet" action={button}>
            People of a team see each other’s contacts, if their role reaches their teams’ records.
          </EmptyState>
        ) : (
          <ul>
            {data.map((team) => (
              <TeamRow
                key={team.id}
                team={team}
                people={people}
                onOpen={canManage ? () => show(team.id) : undefined}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel
        open={canManage && (open === 'new' || Boolean(current))}
        onClose={() => show()}
        title={current?.name ?? 'New team'}
      >
        <TeamForm
          key={open}
          account={account}
          team={current}
          people={people}
          onClose={() => show()}
          onDelete={current && (() => remove(current))}
        />
      </SidePanel>
    </>
  );
}
