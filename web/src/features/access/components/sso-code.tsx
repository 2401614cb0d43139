import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { isProblem } from '@/lib/api';
import { sessionQuery } from '../api';
import { safeNext } from '../model';
import { confirmSSO } from '../sso';
import { useCountdown } from '../use-countdown';
import { CodeForm } from './code-form';
import { EntryFrame } from './entry-frame';
import { SignInNotice } from './sign-in-notice';

/** The person's own second factor, after an identity provider that doesn't count as two. */
export function SSOCode({ next }: { next: string | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const wait = useCountdown();
  const confirm = useMutation({
    mutationFn: confirmSSO,
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: safeNext(next) ?? '/', replace: true });
    },
    onError: async (error) => {
      if (isProblem(error, 'sso.state'))
        await navigate({ to: '/sign-in', search: { next, sso_error: error.code }, replace: true });
      else if (isProblem(error) && error.retryAfter) wait.start(error.retryAfter);
    },
  });
  return (
    <EntryFrame title="One more step" lead="Your identity provider let you in.">
      <SignInNotice error={confirm.error} wait={wait.left} step="code" />
      <CodeForm
        busy={confirm.isPending}
        blocked={wait.left > 0}
        onSubmit={(code) => confirm.mutate(code)}
        onBack={() => navigate({ to: '/sign-in', search: { next }, replace: true })}
      />
    </EntryFrame>
  );
}
