import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { type SignInForm, signInSchema } from '../schema';
import { PasswordInput } from './password-input';

interface Props {
  busy: boolean;
  blocked: boolean;
  onSubmit: (form: SignInForm) => void;
}

export function CredentialsForm({ busy, blocked, onSubmit }: Props) {
  const { register, handleSubmit, formState } = useForm<SignInForm>({
    resolver: zodResolver(signInSchema),
    defaultValues: { email: '', password: '' },
  });
  return (
    <form noValidate method="post" onSubmit={handleSubmit(onSubmit)} className="flex flex-col gap-4">
      <Field label="E-mail" error={formState.errors.email?.message}>
        {(slot) => (
          <Input
            {...slot}
            {...register('email')}
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            className="h-9"
          />
        )}
      </Field>
      <Field label="Password" error={formState.errors.password?.message}>
        {(slot) => <PasswordInput tall {...slot} {...register('password')} autoComplete="current-password" />}
      </Field>
      <Button type="submit" look="primary" busy={busy} disabled={blocked} className="h-9">
        Sign in
      </Button>
    </form>
  );
}
