import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { renewRecoveryCodes } from '../security';
import { RecoveryCodes } from './recovery-codes';

/** Ten new recovery codes in the place of those that are used up or lost. */
export function NewRecoveryCodes({ onDone }: { onDone: () => void }) {
  const [code, setCode] = useState('');
  const renew = useMutation({ mutationFn: () => renewRecoveryCodes(code.trim()) });
  if (renew.data) return <RecoveryCodes codes={renew.data.recovery_codes} onDone={onDone} />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        renew.mutate();
      }}
    >
      <p className="text-ink-2">Those that you have kept end. Type a code of your authenticator to go on.</p>
      <Field label="Code" error={renew.error ? explain(renew.error) : undefined}>
        {(slot) => (
          <Input
            {...slot}
            value={code}
            onChange={({ target }) => setCode(target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            maxLength={8}
            className="tabular font-mono tracking-widest"
          />
        )}
      </Field>
      <Button type="submit" look="primary" busy={renew.isPending} disabled={code.trim().length < 6}>
        Make new codes
      </Button>
    </form>
  );
}
