import { type ReactNode, useState } from 'react';
import { explain } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { PasswordInput } from './password-input';

interface Props {
  submit: string;
  error: unknown;
  busy: boolean;
  onSubmit: (password: string) => void;
  /** What comes of it. */
  children: ReactNode;
}

/** Asks for the present password before something that makes the account weaker. */
export function PasswordCheck({ submit, error, busy, onSubmit, children }: Props) {
  const [password, setPassword] = useState('');
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(password);
      }}
    >
      <p className="text-ink-2">{children}</p>
      <Field label="Password" error={error ? explain(error) : undefined}>
        {(slot) => (
          <PasswordInput
            {...slot}
            value={password}
            onChange={({ target }) => setPassword(target.value)}
            autoComplete="current-password"
          />
        )}
      </Field>
      <Button type="submit" look="danger" busy={busy} disabled={password === ''}>
        {submit}
      </Button>
    </form>
  );
}
