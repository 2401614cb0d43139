import { useMutation, useQueryClient } from '@tanstack/react-query';
import { removeTotp, sessionQuery } from '../api';
import { PasswordCheck } from './password-check';

export function TotpRemoval({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: removeTotp,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onDone();
    },
  });
  return (
    <PasswordCheck
      submit="Turn off two-step sign-in"
      error={remove.error}
      busy={remove.isPending}
      onSubmit={remove.mutate}
    >
      From then on your password alone signs you in. Type it to go on.
    </PasswordCheck>
  );
}
