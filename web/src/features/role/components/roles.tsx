import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { PeopleHeader, type Place } from '@/features/access';
import type { Role } from '@/lib/api';
import { useWide } from '@/lib/media';
import { Failure } from '@/ui/failure';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import { permissionsQuery, rolesQuery } from '../api';
import { RoleList } from './role-list';
import { RoleMatrix } from './role-matrix';

interface Props {
  place: Place;
  asList: boolean;
  onShow: (asList: boolean) => void;
  onOpen: (role: Role) => void;
  onTick?: (role: Role, permission: string, on: boolean) => void;
  actions?: ReactNode;
}

/** The agency's own stand where they are seen without scrolling. */
const ownFirst = (a: Role, b: Role) => Number(a.built_in) - Number(b.built_in);

/** The roles of a place: as a matrix, or one under the other, which is all that a phone has room for. */
export function Roles({ place, asList, onShow, onOpen, onTick, actions }: Props) {
  const roles = useQuery(rolesQuery(place));
  const infos = useQuery(permissionsQuery);
  const wide = useWide();
  const error = roles.error ?? infos.error;
  const of = (level: Role['level']) => roles.data?.filter((role) => role.level === level) ?? [];
  return (
    <>
      <PeopleHeader place={place} actions={actions} />
      {wide && (
        <div className="flex items-center gap-3 border-line border-b px-4 py-2">
          <Segmented
            label="How to show the roles"
            value={asList ? 'list' : 'matrix'}
            options={[
              { value: 'matrix', label: 'Matrix' },
              { value: 'list', label: 'List' },
            ]}
            onChange={(next) => onShow(next === 'list')}
          />
          <p className="text-ink-3 text-xs">
            {onTick
              ? 'A tick in one of your own roles counts with the next request of everybody who holds it.'
              : 'The agency makes roles; here they are given to people.'}
          </p>
        </div>
      )}
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {error ? (
          <Failure
            error={error}
            retry={() => {
              void roles.refetch();
              void infos.refetch();
            }}
          />
        ) : !roles.data || !infos.data ? (
          <div className="flex flex-col gap-5 p-4">
            {Array.from({ length: 8 }, (_, n) => (
              <Skeleton key={n} className="h-4 w-full" />
            ))}
          </div>
        ) : wide && !asList ? (
          <RoleMatrix
            roles={[...of('agency'), ...of('account')].sort(ownFirst)}
            infos={infos.data}
            onTick={onTick}
            onOpen={onOpen}
          />
        ) : (
          <>
            <RoleList title="Of the agency" roles={of('agency')} onOpen={onOpen} />
            <RoleList title="Of a sub-account" roles={of('account')} onOpen={onOpen} />
          </>
        )}
      </div>
    </>
  );
}
