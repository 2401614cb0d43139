import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { explain, type SecurityPolicy } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { sessionQuery, useSession } from '../api';
import { PeopleHeader } from '../components/people-header';
import { allows } from '../model';
import { agencyPlace } from '../place';
import { patchPolicy, policyQuery } from '../security';

type Mfa = SecurityPolicy['mfa'];

const rules: readonly { value: Mfa; label: string; text: string }[] = [
  { value: 'optional', label: 'Nobody has to', text: 'Everybody decides for themselves.' },
  {
    value: 'admins',
    label: 'Administrators have to',
    text: 'Everybody with a role in the agency, and whoever manages the people of a sub-account.',
  },
  { value: 'everyone', label: 'Everybody has to', text: 'The people of all sub-accounts too.' },
];

/** How everybody of the agency signs in. */
export function SecurityScreen() {
  const client = useQueryClient();
  const canManage = allows(useSession(), 'agency.security.manage');
  const { data, error, refetch } = useQuery(policyQuery);
  const change = useMutation({
    mutationFn: (mfa: Mfa) => patchPolicy(client.getQueryData(policyQuery.queryKey)?.version ?? 0, mfa),
    onMutate: (mfa) => {
      const before = client.getQueryData(policyQuery.queryKey);
      client.setQueryData(policyQuery.queryKey, (policy) => policy && { ...policy, mfa });
      return before;
    },
    onSuccess: (saved, _, before) => {
      client.setQueryData(policyQuery.queryKey, saved);
      // It may ask the person themselves for a second factor.
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toast({
        title: 'The rule counts from the next request on',
        tone: 'good',
        action: before && { label: 'Undo', run: () => change.mutate(before.mfa) },
      });
    },
    onError: (problem, _, before) => {
      client.setQueryData(policyQuery.queryKey, before);
      void client.invalidateQueries({ queryKey: policyQuery.queryKey });
      toast({ title: 'The rule stays as it was', detail: explain(problem), tone: 'bad' });
    },
  });
  return (
    <>
      <PeopleHeader place={agencyPlace} />
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-2xl flex-col gap-6 p-4 md:py-8">
          {error ? (
            <Failure error={error} retry={() => refetch()} />
          ) : !data ? (
            <Skeleton className="h-40" />
          ) : (
            <fieldset disabled={!canManage} className="flex flex-col gap-3">
              <legend className="mb-1 font-medium">A second factor</legend>
              <p className="text-ink-3 text-xs">
                An authenticator’s code or a passkey besides the password. Who has to and has neither can do
                nothing but set one up, from their next request on. API keys are not concerned.
              </p>
              <div className="divide-y divide-line rounded-lg border border-line">
                {rules.map(({ value, label, text }) => (
                  <label key={value} className="flex items-start gap-3 px-4 py-3 hover:bg-sunken">
                    <input
                      type="radio"
                      name="mfa"
                      value={value}
                      checked={data.mfa === value}
                      onChange={() => change.mutate(value)}
                      className="mt-0.5 size-4 shrink-0 accent-brand"
                    />
                    <span>
                      <span className="font-medium">{label}</span>
                      <span className="block text-ink-3 text-xs">{text}</span>
                    </span>
                  </label>
                ))}
              </div>
              {!canManage && (
                <p className="text-ink-3 text-xs">Your role lets you read this, not change it.</p>
              )}
            </fieldset>
          )}
        </div>
      </div>
    </>
  );
}
