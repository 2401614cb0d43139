import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Failure } from '@/ui/failure';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Skeleton } from '@/ui/skeleton';
import { confirmTotp, sessionQuery, startTotp } from '../api';
import { QrCode } from './qr-code';
import { RecoveryCodes } from './recovery-codes';

/** Scan, type one code, keep the recovery codes. */
export function TotpSetup({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const [code, setCode] = useState('');
  // Each opening makes a new secret, so nothing is kept.
  const setup = useQuery({
    queryKey: ['totp-setup'],
    queryFn: startTotp,
    gcTime: 0,
    staleTime: 60_000,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: () => confirmTotp(code.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });

  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes ?? []} onDone={onDone} />;
  if (setup.error) return <Failure error={setup.error} retry={() => setup.refetch()} />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <p className="text-ink-2">Scan this with an authenticator app, then type the six digits it shows.</p>
      <div className="flex flex-wrap items-center gap-4">
        {setup.data ? (
          <QrCode text={setup.data.url} label="QR code for your authenticator app" />
        ) : (
          <Skeleton className="size-40" />
        )}
        <div className="flex min-w-0 flex-1 basis-44 flex-col items-start gap-2">
          <p className="text-ink-3 text-xs">Can’t scan? Type this key into the app:</p>
          <code className="break-all font-mono text-xs">{setup.data?.secret ?? '…'}</code>
          {setup.data && <CopyButton text={setup.data.secret} />}
        </div>
      </div>
      <Field label="Code" error={confirm.error ? explain(confirm.error) : undefined}>
        {(slot) => (
          <Input
            {...slot}
            value={code}
            onChange={({ target }) => setCode(target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={8}
            className="tabular font-mono tracking-widest"
          />
        )}
      </Field>
      <Button
        type="submit"
        look="primary"
        busy={confirm.isPending}
        disabled={code.trim().length < 6 || !setup.data}
      >
        Turn on
      </Button>
    </form>
  );
}
