import { useQuery } from '@tanstack/react-query';
import { Paperclip, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { fileAddress, fileQuery, uploadFile } from '@/features/file';
import { explain } from '@/lib/api';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { IconButton } from '@/ui/icon-button';

interface Props {
  account: string;
  label: string;
  /** The id of the file; empty for none. */
  value: string;
  error?: string;
  onChange: (id: string | null) => void;
}

/** A file as a value: sent when it is chosen, kept with the record when that is saved. */
export function FileControl({ account, label, value, error, onChange }: Props) {
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { data } = useQuery({ ...fileQuery(account, value), enabled: value !== '' });
  const send = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onChange((await uploadFile(account, {}, file, crypto.randomUUID())).id);
    } catch (failure) {
      setProblem(explain(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Field label={label} error={problem ?? error}>
      {(slot) => (
        <span className="flex items-center gap-1">
          {value ? (
            <>
              <a
                href={fileAddress(account, value)}
                download
                className="min-w-0 truncate text-brand-ink underline underline-offset-2"
              >
                {data?.name ?? 'File'}
              </a>
              <IconButton icon={X} label={`Take ${label} away`} onClick={() => onChange(null)} />
            </>
          ) : (
            <Button size="sm" icon={Paperclip} busy={busy} onClick={() => chooser.current?.click()}>
              Choose a file
            </Button>
          )}
          <input
            {...slot}
            ref={chooser}
            type="file"
            tabIndex={-1}
            className="sr-only"
            onChange={({ target }) => void send(target.files?.[0])}
          />
        </span>
      )}
    </Field>
  );
}
