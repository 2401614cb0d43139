import { CircleAlert, FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import type { Import } from '@/lib/api';
import { cx } from '@/lib/cx';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { useUpload } from '../use-upload';

interface Props {
  account: string;
  onDone: (made: Import) => void;
}

/** Takes a file: dropped here, or chosen. */
export function UploadDrop({ account, onDone }: Props) {
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { send, sending, problem, cancel } = useUpload(account, onDone);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-3 p-4">
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <section
        aria-labelledby="upload"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-8 text-center transition-colors duration-100',
          over ? 'border-brand-line bg-brand-soft' : 'border-line-strong bg-sunken',
        )}
      >
        <div className="max-w-96">
          <h2 id="upload" className="font-medium text-base">
            Bring your contacts
          </h2>
          <p className="mt-1 text-ink-2">
            Drop a CSV file here, as HighLevel, Google, Outlook or a spreadsheet saves it. Nobody is taken in
            before you have seen what the file says and what would happen.
          </p>
        </div>
        {sending ? (
          <div className="flex w-full max-w-72 flex-col items-center gap-3">
            <p role="status" className="max-w-full truncate font-medium">
              Sending {sending}…
            </p>
            <Progress label={`Sending ${sending}`} />
            <Button size="sm" onClick={cancel}>
              Stop
            </Button>
          </div>
        ) : (
          <Button look="primary" icon={FileUp} onClick={() => chooser.current?.click()}>
            Choose a file
          </Button>
        )}
        <input
          ref={chooser}
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          aria-label="CSV file"
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            void send(target.files?.[0]);
            target.value = '';
          }}
        />
      </section>
    </div>
  );
}
