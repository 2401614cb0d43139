import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search, UserPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { allows, PeopleHeader, type Place, useSession } from '@/features/access';
import { rolesQuery } from '@/features/role';
import type { Member } from '@/lib/api';
import { useCommands } from '@/lib/commands';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { SearchInput } from '@/ui/search-input';
import { SidePanel } from '@/ui/side-panel';
import { peopleQuery } from '../api';
import { changeable, choices, found, managesPeople } from '../model';
import type { MemberSearch } from '../search';
import { useMemberActions } from '../use-member-actions';
import { EnterForm } from './enter-form';
import { EraseForm } from './erase-form';
import { MemberDetails } from './member-details';
import { MemberRow } from './member-row';
import { PeopleSkeleton } from './people-skeleton';

interface Props {
  place: Place;
  search: MemberSearch;
  onSearch: (next: MemberSearch) => void;
}

/** Who works in a place, with which role, and whose records they reach. */
export function Members({ place, search: { q = '', member: open }, onSearch }: Props) {
  const session = useSession();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [selected, setSelected] = useState(-1);
  const [entering, setEntering] = useState<Member | null>(null);
  const [erasing, setErasing] = useState<Member | null>(null);
  const { data, error, refetch } = useQuery(peopleQuery(place));
  const { data: roles = [] } = useQuery(rolesQuery(place));
  const { change, remove } = useMemberActions(place);
  const manages = managesPeople(session, place);
  const shown = found(data ?? [], q);
  const current = data?.find(({ id }) => id === open);
  const toInvitations = () =>
    'agency' in place
      ? navigate({ to: '/agency/people/invitations', search: { invite: true } })
      : navigate({ to: '/a/$account/people/invitations', params: place, search: { invite: true } });
  const move = (step: number) => setSelected((at) => Math.max(0, Math.min(shown.length - 1, at + step)));
  const group = 'People';
  useCommands([
    ...(manages
      ? [
          {
            id: 'member.invite',
            title: 'Invite somebody',
            group,
            keys: 'c',
            icon: UserPlus,
            run: () => void toInvitations(),
          },
        ]
      : []),
    {
      id: 'member.search',
      title: 'Search people',
      group,
      keys: '/',
      icon: Search,
      run: () => input.current?.focus(),
    },
    { id: 'member.next', title: 'Next person', group, keys: 'j', palette: false, run: () => move(1) },
    {
      id: 'member.previous',
      title: 'Previous person',
      group,
      keys: 'k',
      palette: false,
      run: () => move(-1),
    },
    ...(shown[selected]
      ? [
          {
            id: 'member.open',
            title: 'Open the person',
            group,
            keys: 'enter',
            palette: false,
            run: () => onSearch({ q: q || undefined, member: shown[selected]?.id }),
          },
        ]
      : []),
  ]);
  const close = () => onSearch({ q: q || undefined });
  const actionsFor = (member: Member) => ({
    onRole:
      manages && changeable(member, place, roles)
        ? (role: (typeof roles)[number]) => change({ member, role })
        : undefined,
    onRemove:
      manages && changeable(member, place, roles) && member.id !== session.person.id
        ? () => {
            close();
            remove(member);
          }
        : undefined,
    onErase:
      allows(session, 'agency.audit.manage') &&
      manages &&
      changeable(member, place, roles) &&
      member.id !== session.person.id
        ? () => {
            close();
            setErasing(member);
          }
        : undefined,
    onEnter:
      'account' in place &&
      allows(session, 'agency.impersonate') &&
      !session.impersonation &&
      member.level === 'account'
        ? () => setEntering(member)
        : undefined,
  });
  const inviting = manages && (
    <Button look="primary" icon={UserPlus} onClick={() => void toInvitations()}>
      Invite
    </Button>
  );
  return (
    <>
      <PeopleHeader place={place} note={data?.length || undefined} actions={inviting} />
      <div className="flex border-line border-b px-4 py-2">
        <SearchInput
          ref={input}
          label="Search people"
          value={q}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
      </div>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error && !data ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <PeopleSkeleton />
        ) : data.length === 0 ? (
          <EmptyState icon={UserPlus} title="Nobody works here yet" action={inviting}>
            Invite the first person: they get a link, choose a password, and are in.
          </EmptyState>
        ) : shown.length === 0 ? (
          <EmptyState icon={Search} title="Nobody fits">
            Names, addresses and roles are searched.
          </EmptyState>
        ) : (
          <ul>
            {shown.map((member, index) => (
              <MemberRow
                key={member.id}
                member={member}
                self={member.id === session.person.id}
                selected={index === selected}
                choices={choices(roles, place, member.role)}
                reach={roles.find(({ id }) => id === member.role)?.reach}
                inAccount={'account' in place}
                actions={{
                  ...actionsFor(member),
                  onDetails: () => onSearch({ q: q || undefined, member: member.id }),
                }}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel open={Boolean(current)} onClose={close} title={current?.name ?? ''}>
        {current && (
          <MemberDetails
            key={current.id}
            place={place}
            member={current}
            role={roles.find(({ id }) => id === current.role)}
            choices={choices(roles, place, current.role)}
            manages={manages && current.id !== session.person.id && changeable(current, place, roles)}
            actions={actionsFor(current)}
          />
        )}
      </SidePanel>
      <Modal
        open={Boolean(entering)}
        onClose={() => setEntering(null)}
        title={entering ? `View as ${entering.name}` : ''}
      >
        {entering && 'account' in place && <EnterForm account={place.account} member={entering} />}
      </Modal>
      <Modal
        open={Boolean(erasing)}
        onClose={() => setErasing(null)}
        title={erasing ? `Erase ${erasing.name}` : ''}
      >
        {erasing && <EraseForm place={place} member={erasing} onClose={() => setErasing(null)} />}
      </Modal>
    </>
  );
}
