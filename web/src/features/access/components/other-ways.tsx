import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleAlert, Fingerprint } from 'lucide-react';
import { explain, isProblem } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { sessionQuery } from '../api';
import { safeNext } from '../model';
import { signInByPasskey } from '../security';
import { PasskeyDeclined, passkeysWork } from '../webauthn';

/** In without a password, and what to do when it is forgotten. */
export function OtherWays({ next }: { next: string | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const enter = useMutation({
    mutationFn: signInByPasskey,
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: safeNext(next) ?? '/', replace: true });
    },
  });
  return (
    <div className="flex flex-col gap-4">
      {enter.error && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {said(enter.error)}
        </Banner>
      )}
      {passkeysWork() && (
        <Button icon={Fingerprint} busy={enter.isPending} onClick={() => enter.mutate()} className="h-9">
          Use a passkey
        </Button>
      )}
      <details className="text-ink-2 text-xs">
        <summary className="w-fit cursor-default rounded-sm hover:text-ink">Forgot your password?</summary>
        <p className="mt-1.5 text-ink-3">
          Ask whoever manages the people of your account: they can make you a link to set a new one, which
          works once, for a day. If you have a passkey, it signs you in without.
        </p>
      </details>
    </div>
  );
}

function said(error: unknown): string {
  if (error instanceof PasskeyDeclined) return error.message;
  if (isProblem(error) && error.status === 401)
    return 'This passkey opens nothing here. Use another one, or your password.';
  return explain(error);
}
