import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { useShortForm } from '../use-short-form';
import { PasswordInput } from './password-input';

export interface Credentials {
  email: string;
  password: string;
}

const rules = {
  email: { message: 'Your e-mail address is needed.' },
  password: { message: 'Your password is needed.', exact: true },
};

interface Props {
  busy: boolean;
  blocked: boolean;
  onSubmit: (credentials: Credentials) => void;
}

export function CredentialsForm({ busy, blocked, onSubmit }: Props) {
  const { form, errors } = useShortForm<keyof Credentials>(rules, onSubmit);
  return (
    <form {...form} method="post" className="flex flex-col gap-4">
      <Field label="E-mail" error={errors.email}>
        {(slot) => (
          <Input
            {...slot}
            name="email"
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            className="h-9"
          />
        )}
      </Field>
      <Field label="Password" error={errors.password}>
        {(slot) => <PasswordInput tall {...slot} name="password" autoComplete="current-password" />}
      </Field>
      <Button type="submit" look="primary" busy={busy} disabled={blocked} className="h-9">
        Sign in
      </Button>
    </form>
  );
}
