import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { startImpersonation } from '@/features/access';
import type { Member } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/textarea';
import { enterSchema, type EnterForm as Form } from '../schema';

/** Why, and whether only to look, before one of the agency sees the sub-account as somebody else does. */
export function EnterForm({ account, member }: { account: string; member: Member }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError } = useForm<Form>({
    resolver: zodResolver(enterSchema),
    defaultValues: { reason: '', readOnly: true },
  });
  const enter = useMutation({
    mutationFn: async ({ reason, readOnly }: Form) => {
      await startImpersonation(client, {
        sub_account_id: account,
        member_id: member.id,
        reason,
        read_only: readOnly,
      });
      await navigate({ to: '/a/$account/inbox', params: { account } });
    },
    onError: (error) => setProblem(showProblem(error, setError, ['reason'])),
  });
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        enter.mutate(form);
      })}
    >
      <p className="text-ink-2">
        For an hour you see this sub-account as {member.name} does. When it began, when it ended, and why, are
        in the audit log; whatever you change there names you as well.
      </p>
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field
        label="Reason"
        error={formState.errors.reason?.message}
        hint="“Ticket 4711: the list stays empty”"
      >
        {(slot) => <Textarea {...slot} {...register('reason')} autoFocus rows={2} />}
      </Field>
      <label className="flex items-center gap-2.5">
        <input type="checkbox" {...register('readOnly')} className="size-4 accent-brand" />
        Only look: nothing can be changed
      </label>
      <Button type="submit" look="primary" busy={enter.isPending}>
        View as {member.name}
      </Button>
    </form>
  );
}
