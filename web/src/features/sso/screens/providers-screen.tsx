import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Building2, Plus } from 'lucide-react';
import { useState } from 'react';
import { agencyPlace, allows, PeopleHeader, useSession } from '@/features/access';
import { explain, type IdentityProvider } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { deleteProvider, patchProvider, providersQuery } from '../api';
import { ProviderForm } from '../components/provider-form';
import { ProviderPeople } from '../components/provider-people';
import { ProviderRow } from '../components/provider-row';

type Change = { enabled?: boolean; enforced?: boolean };

/** Where the agency's people prove who they are. */
export function ProvidersScreen() {
  const client = useQueryClient();
  const allowed = allows(useSession(), 'agency.sso.manage');
  const { data, error, refetch } = useQuery({ ...providersQuery, enabled: allowed });
  const [editing, setEditing] = useState<IdentityProvider | 'new' | null>(null);
  const [peopleOf, setPeopleOf] = useState<IdentityProvider | null>(null);
  const change = useMutation({
    mutationFn: ({ provider, to }: { provider: IdentityProvider; to: Change }) => patchProvider(provider, to),
    onSuccess: (saved, { to }) => {
      void client.invalidateQueries({ queryKey: providersQuery.queryKey });
      const back: Change = to.enabled === undefined ? { enforced: !to.enforced } : { enabled: !to.enabled };
      toast({
        title: said(saved, to),
        tone: 'good',
        action: { label: 'Undo', run: () => change.mutate({ provider: saved, to: back }) },
      });
    },
    onError: (problem) => {
      void client.invalidateQueries({ queryKey: providersQuery.queryKey });
      toast({ title: 'It stays as it was', detail: explain(problem), tone: 'bad' });
    },
  });
  const remove = (provider: IdentityProvider) => {
    const before = client.getQueryData(providersQuery.queryKey);
    client.setQueryData(providersQuery.queryKey, (list) => list?.filter(({ id }) => id !== provider.id));
    undoable({
      title: `${provider.name} deleted`,
      commit: () => deleteProvider(provider),
      revert: () => client.setQueryData(providersQuery.queryKey, before),
    });
  };
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setEditing('new')}>
      Add a provider
    </Button>
  );
  return (
    <>
      <PeopleHeader place={agencyPlace} actions={allowed && create} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {!allowed ? (
          <EmptyState icon={Building2} title="Not for your role">
            Who says where people prove who they are can be anybody. An owner can do this for you.
          </EmptyState>
        ) : error ? (
          <Failure error={error} retry={() => refetch()} />
        ) : !data ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        ) : data.length === 0 ? (
          <EmptyState icon={Building2} title="Passwords and passkeys alone" action={create}>
            With Google Workspace, Microsoft Entra, Okta or any other OpenID provider, your people sign in
            here as they do everywhere else.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {data.map((provider) => (
              <ProviderRow
                key={provider.id}
                provider={provider}
                onEdit={() => setEditing(provider)}
                onPeople={() => setPeopleOf(provider)}
                onChange={(to) => change.mutate({ provider, to })}
                onDelete={() => remove(provider)}
              />
            ))}
          </ul>
        )}
      </div>
      <SidePanel
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === 'new' ? 'Add an identity provider' : 'Edit the identity provider'}
      >
        {editing && (
          <ProviderForm
            provider={editing === 'new' ? null : editing}
            onClose={() => setEditing(null)}
            onSaved={() => setEditing(null)}
          />
        )}
      </SidePanel>
      <SidePanel
        open={peopleOf !== null}
        onClose={() => setPeopleOf(null)}
        title={peopleOf ? `Who signs in by ${peopleOf.name}` : ''}
      >
        {peopleOf && <ProviderPeople provider={peopleOf} />}
      </SidePanel>
    </>
  );
}

function said({ name }: IdentityProvider, { enabled, enforced }: Change): string {
  if (enforced !== undefined)
    return enforced ? `${name} is the only way in now` : `Other ways are open beside ${name}`;
  return enabled ? `${name} is on the sign-in page` : `${name} lets nobody in any more`;
}
