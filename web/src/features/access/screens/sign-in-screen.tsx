import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useBrand } from '@/features/branding';
import { isProblem } from '@/lib/api';
import { sessionQuery, signIn } from '../api';
import { CodeForm } from '../components/code-form';
import { type Credentials, CredentialsForm } from '../components/credentials-form';
import { EntryFrame } from '../components/entry-frame';
import { OtherWays } from '../components/other-ways';
import { ProviderButtons } from '../components/provider-buttons';
import { SignInNotice } from '../components/sign-in-notice';
import { SSOCode } from '../components/sso-code';
import { safeNext } from '../model';
import { useCountdown } from '../use-countdown';

const route = getRouteApi('/sign-in');

/** E-mail and password, then the code of those who turned it on. */
export function SignInScreen() {
  const { next, sso, sso_error: refused } = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  const brand = useBrand();
  const [credentials, setCredentials] = useState<Credentials | null>(null);
  const wait = useCountdown();

  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: safeNext(next) ?? '/', replace: true });
    },
    onError: (error, input) => {
      if (isProblem(error, 'session.code_required')) {
        setCredentials({ email: input.email, password: input.password });
        attempt.reset();
      }
      if (isProblem(error) && error.retryAfter) wait.start(error.retryAfter);
    },
  });
  const step = credentials ? 'code' : 'credentials';
  const form = { busy: attempt.isPending, blocked: wait.left > 0 };
  const notice = (
    <SignInNotice error={attempt.error} refused={refused} wait={wait.left} step={step} next={next} />
  );

  if (sso === 'code') return <SSOCode next={next} />;
  if (credentials)
    return (
      <EntryFrame title="One more step" lead={`Signing in as ${credentials.email}.`}>
        {notice}
        <CodeForm
          {...form}
          onSubmit={(code) => attempt.mutate({ ...credentials, code })}
          onBack={() => {
            attempt.reset();
            setCredentials(null);
          }}
        />
      </EntryFrame>
    );
  return (
    <EntryFrame title="Sign in" lead={brand ? `To your ${brand.display_name} account.` : undefined}>
      {notice}
      <CredentialsForm {...form} onSubmit={(input) => attempt.mutate(input)} />
      <ProviderButtons next={next} />
      <OtherWays next={next} />
    </EntryFrame>
  );
}
