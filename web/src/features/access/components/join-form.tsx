import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { isProblem } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { acceptInvitation, sessionQuery } from '../api';
import { type JoinForm as Form, joinSchema } from '../schema';
import { PasswordInput } from './password-input';
import { SignInNotice } from './sign-in-notice';

/** For an invited person who has an account here already: the password they have opens the new place too. */
export function JoinForm({ token, email }: { token: string; email: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [needsCode, setNeedsCode] = useState(false);
  const { register, handleSubmit, formState } = useForm<Form>({
    resolver: zodResolver(joinSchema),
    defaultValues: { password: '', code: '' },
  });
  const accept = useMutation({
    mutationFn: ({ password, code }: Form) =>
      acceptInvitation(token, code ? { name: '', password, code } : { name: '', password }),
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/', replace: true });
    },
    onError: (error) => {
      if (isProblem(error, 'session.code_required')) setNeedsCode(true);
    },
  });
  const asked = isProblem(accept.error, 'session.code_required');
  return (
    <form
      noValidate
      method="post"
      onSubmit={handleSubmit((form) => accept.mutate(form))}
      className="flex flex-col gap-4"
    >
      {!asked && <SignInNotice error={accept.error} wait={0} step={needsCode ? 'code' : 'credentials'} />}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field
        label="Your password"
        hint="The one you sign in with already."
        error={formState.errors.password?.message}
      >
        {(slot) => (
          <PasswordInput tall {...slot} {...register('password')} autoComplete="current-password" autoFocus />
        )}
      </Field>
      {needsCode && (
        <Field label="Code" hint="From your authenticator app.">
          {(slot) => (
            <Input
              {...slot}
              {...register('code')}
              autoComplete="one-time-code"
              autoFocus
              className="tabular h-9 font-mono"
            />
          )}
        </Field>
      )}
      <Button type="submit" look="primary" busy={accept.isPending} className="h-9">
        Join
      </Button>
    </form>
  );
}
