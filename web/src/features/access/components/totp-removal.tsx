import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { removeTotp, sessionQuery } from '../api';
import { PasswordInput } from './password-input';

export function TotpRemoval({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const remove = useMutation({
    mutationFn: () => removeTotp(password),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onDone();
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate();
      }}
    >
      <p className="text-ink-2">From then on your password alone signs you in. Type it to go on.</p>
      <Field label="Password" error={remove.error ? explain(remove.error) : undefined}>
        {(slot) => (
          <PasswordInput
            {...slot}
            value={password}
            onChange={({ target }) => setPassword(target.value)}
            autoComplete="current-password"
          />
        )}
      </Field>
      <Button type="submit" look="danger" busy={remove.isPending} disabled={password === ''}>
        Turn off two-step sign-in
      </Button>
    </form>
  );
}
