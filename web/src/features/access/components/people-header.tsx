import type { ReactNode } from 'react';
import { PageHeader } from '@/ui/page-header';
import { TabLink } from '@/ui/tab-link';
import { TabLinks } from '@/ui/tab-links';
import { useSession } from '../api';
import { allowsIn } from '../model';
import type { Place } from '../place';

interface Props {
  place: Place;
  note?: ReactNode;
  actions?: ReactNode;
}

/** The head of each page about the people of a place, with the way to the others. */
export function PeopleHeader({ place, note, actions }: Props) {
  const session = useSession();
  const exact = { activeOptions: { exact: true, includeSearch: false } };
  return (
    <PageHeader title={'agency' in place ? 'Agency people' : 'People'} note={note} actions={actions}>
      {'agency' in place ? (
        <TabLinks label="The agency’s people">
          <TabLink to="/agency/people" {...exact}>
            Members
          </TabLink>
          {allowsIn(session, place, 'agency.members.manage') && (
            <TabLink to="/agency/people/invitations">Invitations</TabLink>
          )}
          <TabLink to="/agency/people/roles">Roles</TabLink>
          <TabLink to="/agency/people/security">Sign-in rules</TabLink>
          {allowsIn(session, place, 'agency.sso.manage') && (
            <TabLink to="/agency/people/providers">Identity providers</TabLink>
          )}
        </TabLinks>
      ) : (
        <TabLinks label="The sub-account’s people">
          <TabLink to="/a/$account/people" params={place} {...exact}>
            Members
          </TabLink>
          {allowsIn(session, place, 'members.manage') && (
            <TabLink to="/a/$account/people/invitations" params={place}>
              Invitations
            </TabLink>
          )}
          <TabLink to="/a/$account/people/teams" params={place}>
            Teams
          </TabLink>
          <TabLink to="/a/$account/people/roles" params={place}>
            Roles
          </TabLink>
        </TabLinks>
      )}
    </PageHeader>
  );
}
