import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { explain, type Webhook } from '@/lib/api';
import { exactTime } from '@/lib/format';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { rotateSecret, storeWebhook } from '../api';

interface Props {
  account: string;
  webhook: Webhook;
  onSecret: (secret: string) => void;
}

const overlaps = [
  { hours: 24, label: 'For a day more' },
  { hours: 72, label: 'For three days more' },
  { hours: 168, label: 'For a week more' },
  { hours: 0, label: 'No more: it leaked' },
];

/** Makes a new secret; for a while both sign, so that no call is refused while one changes over. */
export function SecretChange({ account, webhook, onSecret }: Props) {
  const client = useQueryClient();
  const [hours, setHours] = useState(24);
  const rotate = useMutation({
    mutationFn: () => rotateSecret(account, webhook.id, hours),
    onSuccess: (changed) => {
      storeWebhook(client, account, changed);
      onSecret(changed.secret ?? '');
    },
  });
  const until = webhook.previous_secret_until;
  return (
    <div className="flex flex-col gap-2 border-line border-t pt-4">
      <Field
        label="The present secret signs as well"
        hint={until && `The one before the present signs until ${exactTime(until)}.`}
        error={rotate.error && explain(rotate.error)}
      >
        {(slot) => (
          <Select {...slot} value={hours} onChange={({ target }) => setHours(Number(target.value))}>
            {overlaps.map(({ hours: value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Button icon={KeyRound} className="self-start" busy={rotate.isPending} onClick={() => rotate.mutate()}>
        Make a new secret
      </Button>
    </div>
  );
}
