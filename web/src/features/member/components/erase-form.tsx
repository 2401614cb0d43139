import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Place } from '@/features/access';
import { explain, isProblem, type Member } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { erasePerson, readAgain, removeMember } from '../api';

interface Props {
  place: Place;
  member: Member;
  onClose: () => void;
}

/** Takes somebody out of here and deletes what is known of them. Nothing brings it back, so their address is asked for. */
export function EraseForm({ place, member, onClose }: Props) {
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [missed, setMissed] = useState(false);
  // A second try after a refusal finds them removed already.
  const [removed, setRemoved] = useState(false);
  const erase = useMutation({
    mutationFn: async () => {
      if (!removed) await removeMember(place, member);
      setRemoved(true);
      void readAgain(client, place);
      await erasePerson(member.id);
    },
    onSuccess: () => {
      onClose();
      toast({ title: `${member.name} is erased`, tone: 'good' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const same = typed.trim().toLowerCase() === member.email.toLowerCase();
    setMissed(!same);
    if (same) erase.mutate();
  };
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <ul className="flex list-disc flex-col gap-1.5 ps-5 text-ink-2">
        <li>
          They are removed here, and their sessions, passkeys, authenticator and invitations are deleted.
        </li>
        <li>
          Their name and address are taken out of the administration’s audit. What they did stays, by an id
          that leads nowhere, and the chain still verifies.
        </li>
        <li>What they wrote to contacts, and the records that they changed, stay.</li>
      </ul>
      <p className="font-medium">It can’t be undone.</p>
      {erase.error && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {isProblem(erase.error, 'person.member')
            ? 'They are removed here, but still work elsewhere in the agency. Remove them there too, then erase them from the last place.'
            : explain(erase.error)}
        </Banner>
      )}
      <Field
        label="Their e-mail address"
        hint={member.email}
        error={missed ? 'This is not their address.' : undefined}
      >
        {(slot) => (
          <Input
            {...slot}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            type="email"
            autoComplete="off"
            autoFocus
          />
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="danger" busy={erase.isPending}>
          Erase {member.name}
        </Button>
      </div>
    </form>
  );
}
