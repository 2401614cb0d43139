import { useState } from 'react';
import { explain, isProblem } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';

interface Props {
  submit: string;
  hint?: string;
  start?: string;
  error: unknown;
  busy: boolean;
  onSubmit: (name: string) => void;
}

/** Asks for one name. */
export function NameForm({ submit, hint, start = '', error, busy, onSubmit }: Props) {
  const [name, setName] = useState(start);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(name.trim());
      }}
    >
      <Field
        label="Name"
        hint={hint}
        error={error ? (isProblem(error) ? explain(error) : (error as Error).message) : undefined}
      >
        {(slot) => (
          <Input
            {...slot}
            value={name}
            onChange={({ target }) => setName(target.value)}
            maxLength={120}
            autoFocus
            autoComplete="off"
          />
        )}
      </Field>
      <Button type="submit" look="primary" busy={busy} disabled={name.trim() === ''}>
        {submit}
      </Button>
    </form>
  );
}
