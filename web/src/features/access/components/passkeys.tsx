import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Passkey } from '@/lib/api';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { RelativeTime } from '@/ui/relative-time';
import { Skeleton } from '@/ui/skeleton';
import { sessionQuery } from '../api';
import { addPasskey, passkeysQuery, removePasskey, renamePasskey } from '../security';
import { passkeysWork } from '../webauthn';
import { NameForm } from './name-form';
import { PasswordCheck } from './password-check';

type Asking = { what: 'add' } | { what: 'rename' | 'remove'; passkey: Passkey };

/** My passkeys: add one of this device, name it, take it away. */
export function Passkeys() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(passkeysQuery);
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const settle = {
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: passkeysQuery.queryKey });
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  };
  const add = useMutation({ mutationFn: addPasskey, ...settle });
  const rename = useMutation({
    mutationFn: ({ passkey, name }: { passkey: Passkey; name: string }) => renamePasskey(passkey, name),
    ...settle,
  });
  const remove = useMutation({
    mutationFn: ({ passkey, password }: { passkey: Passkey; password: string }) =>
      removePasskey(passkey.id, password),
    ...settle,
  });
  const ask = (next: Asking) => {
    for (const call of [add, rename, remove]) call.reset();
    setAsking(next);
  };
  if (error) return <Failure error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton className="h-12" />;
  return (
    <div className="flex flex-col gap-3">
      {data.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {data.map((passkey) => (
            <li key={passkey.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
              <Fingerprint aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-ink-3" />
              <div className="min-w-0 flex-1 basis-40">
                <p className="truncate">{passkey.name}</p>
                <p className="truncate text-ink-3 text-xs">
                  {passkey.last_used_at ? (
                    <>
                      Used <RelativeTime at={passkey.last_used_at} />
                    </>
                  ) : (
                    'Never used'
                  )}{' '}
                  at {passkey.host}
                </p>
              </div>
              <Button
                size="sm"
                onClick={() => ask({ what: 'rename', passkey })}
                aria-label={`Rename ${passkey.name}`}
              >
                Rename
              </Button>
              <Button
                size="sm"
                look="danger"
                onClick={() => ask({ what: 'remove', passkey })}
                aria-label={`Remove ${passkey.name}`}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex justify-end">
        {passkeysWork() ? (
          <Button icon={Plus} onClick={() => ask({ what: 'add' })}>
            Add a passkey
          </Button>
        ) : (
          <p className="text-ink-3 text-xs">This browser, or this address, can’t make passkeys.</p>
        )}
      </div>
      <Modal open={asking?.what === 'add'} onClose={close} title="Add a passkey">
        <NameForm
          submit="Go on"
          hint="What you will know this device by: “Laptop”, “Phone”."
          error={add.error}
          busy={add.isPending}
          onSubmit={add.mutate}
        />
      </Modal>
      <Modal open={asking?.what === 'rename'} onClose={close} title="Rename the passkey">
        {asking?.what === 'rename' && (
          <NameForm
            submit="Rename"
            start={asking.passkey.name}
            error={rename.error}
            busy={rename.isPending}
            onSubmit={(name) => rename.mutate({ passkey: asking.passkey, name })}
          />
        )}
      </Modal>
      <Modal open={asking?.what === 'remove'} onClose={close} title="Remove the passkey">
        {asking?.what === 'remove' && (
          <PasswordCheck
            submit="Remove the passkey"
            error={remove.error}
            busy={remove.isPending}
            onSubmit={(password) => remove.mutate({ passkey: asking.passkey, password })}
          >
            “{asking.passkey.name}” signs you in no more. Type your password to go on.
          </PasswordCheck>
        )}
      </Modal>
    </div>
  );
}
