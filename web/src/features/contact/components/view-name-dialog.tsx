import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Modal } from '@/ui/modal';

interface Props {
  mode: 'new' | 'rename';
  name: string;
  canShare: boolean;
  onDone: (name: string, shared: boolean) => void;
  onClose: () => void;
}

/** Asks for a view's name, and whether everybody sees it. */
export function ViewNameDialog({ mode, name: old, canShare, onDone, onClose }: Props) {
  const [name, setName] = useState(old);
  const [shared, setShared] = useState(false);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return setError('Give it a name.');
    onDone(name.trim(), shared);
  };
  return (
    <Modal open onClose={onClose} title={mode === 'new' ? 'Save as a new view' : 'Rename the view'}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" error={error}>
          {(slot) => (
            <Input
              {...slot}
              value={name}
              maxLength={100}
              autoComplete="off"
              autoFocus
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        {mode === 'new' && canShare && (
          <label className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              checked={shared}
              onChange={({ target }) => setShared(target.checked)}
              className="size-4 accent-brand"
            />
            Share with everybody here
          </label>
        )}
        <span className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Save
          </Button>
        </span>
      </form>
    </Modal>
  );
}
