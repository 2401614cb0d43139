import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { acceptInvitation, sessionQuery } from '../api';
import { passwordStrength } from '../model';
import { type InvitationForm as Form, invitationSchema } from '../schema';
import { PasswordInput } from './password-input';
import { StrengthHint } from './strength-hint';

export function InvitationForm({ token, email }: { token: string; email: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError, watch } = useForm<Form>({
    resolver: zodResolver(invitationSchema),
    defaultValues: { name: '', password: '' },
  });
  const accept = useMutation({
    mutationFn: (form: Form) => acceptInvitation(token, form),
    onSuccess: async (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/', replace: true });
    },
    onError: (error) => setProblem(showProblem(error, setError, ['name', 'password'])),
  });
  const strength = passwordStrength(watch('password'), [email, watch('name')]);
  return (
    <form
      noValidate
      method="post"
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        accept.mutate(form);
      })}
      className="flex flex-col gap-4"
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      {/* Password managers file the new password under this. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="Your name" error={formState.errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoComplete="name" autoFocus className="h-9" />}
      </Field>
      <Field
        label="Choose a password"
        error={formState.errors.password?.message}
        hint={<StrengthHint strength={strength} />}
      >
        {(slot) => <PasswordInput tall {...slot} {...register('password')} autoComplete="new-password" />}
      </Field>
      <Button type="submit" look="primary" busy={accept.isPending} className="h-9">
        Join
      </Button>
    </form>
  );
}
