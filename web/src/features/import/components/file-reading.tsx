import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { explain, type ImportDetail, isProblem } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { type Reading, rereadImport } from '../api';
import { importKey } from '../keys';
import { delimiterChoices, encodingChoices } from '../model';

interface Props {
  account: string;
  detail: ImportDetail;
  /** Is told what the file looks like, read as was chosen. */
  onRead: (now: ImportDetail) => void;
}

/** How the file is read: what was found out, and another choice, which shows at once. */
export function FileReading({ account, detail, onRead }: Props) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: (how: Reading) => rereadImport(account, detail, how),
    onSuccess: (now) => {
      client.setQueryData<ImportDetail>(importKey(account, detail.id), now);
      onRead(now);
    },
    onError: () => void client.invalidateQueries({ queryKey: importKey(account, detail.id) }),
  });
  const shown = { ...detail, ...(read.isPending && read.variables) };
  const faults = isProblem(read.error) ? read.error.fields : [];
  const fault = (path: string) => faults.find((item) => item.path === path)?.message;
  const said = read.error && faults.length === 0 ? explain(read.error) : null;
  return (
    <>
      {!detail.encoding_certain && (
        <Banner tone="warn" icon={TriangleAlert} role="status">
          The letters of this file could be meant in several ways. Look at the names below: where they are
          wrong, choose another way of writing letters.
        </Banner>
      )}
      <div className="grid gap-4 sm:grid-cols-2" aria-busy={read.isPending}>
        <Field label="Letters" error={fault('encoding')}>
          {(slot) => (
            <Select
              {...slot}
              value={shown.encoding ?? ''}
              disabled={read.isPending}
              onChange={({ target }) => read.mutate({ encoding: target.value as Reading['encoding'] })}
            >
              {encodingChoices.map(({ where, choices }) => (
                <optgroup key={where} label={where}>
                  {choices.map(({ value, name }) => (
                    <option key={value} value={value}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Columns are parted by" error={fault('delimiter')}>
          {(slot) => (
            <Select
              {...slot}
              value={shown.delimiter ?? ''}
              disabled={read.isPending}
              onChange={({ target }) => read.mutate({ delimiter: target.value })}
            >
              {delimiterChoices.map(({ value, name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {said && (
        <Banner tone="bad" icon={TriangleAlert} role="alert">
          {said}
        </Banner>
      )}
    </>
  );
}
