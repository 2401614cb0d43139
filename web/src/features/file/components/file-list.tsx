import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Download, Paperclip, Trash2, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { explain, flatten, type StoredFile } from '@/lib/api';
import { undoable } from '@/lib/undo';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { RelativeTime } from '@/ui/relative-time';
import { ShowMore } from '@/ui/show-more';
import { Skeleton } from '@/ui/skeleton';
import { type Belonging, deleteFile, fileAddress, filesKey, filesQuery, uploadFile } from '../api';
import { sizeText } from '../model';

interface Props {
  account: string;
  of: Belonging;
  canWrite: boolean;
}

/** The files of a contact or a company: sent, downloaded, deleted. */
export function FileList({ account, of, canWrite }: Props) {
  const client = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery(filesQuery(account, of));
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [sending, setSending] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const files = flatten(list.data).filter(({ id }) => !gone.has(id));
  const refresh = () => client.invalidateQueries({ queryKey: filesKey(account, of) });
  const send = async (chosen: File[]) => {
    setProblem(null);
    for (const file of chosen) {
      setSending(file.name);
      try {
        await uploadFile(account, of, file, crypto.randomUUID());
      } catch (error) {
        setProblem(`${file.name}: ${explain(error)}`);
      }
    }
    setSending(null);
    await refresh();
  };
  const remove = (file: StoredFile) => {
    setGone((ids) => new Set(ids).add(file.id));
    undoable({
      title: `${file.name} deleted`,
      commit: () => deleteFile(account, file.id).then(refresh),
      revert: () => setGone((ids) => new Set([...ids].filter((id) => id !== file.id))),
    });
  };
  return (
    <>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {problem && (
          <div className="p-3">
            <Banner tone="bad" icon={CircleAlert} role="alert">
              {problem}
            </Banner>
          </div>
        )}
        {list.isPending ? (
          <div className="flex flex-col gap-5 p-4">
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
          </div>
        ) : list.error && files.length === 0 ? (
          <Failure error={list.error} retry={() => list.refetch()} />
        ) : files.length === 0 ? (
          <EmptyState icon={Paperclip} title="No files yet">
            Offers, contracts, photos: what belongs to them is found here by everybody in the team.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {files.map((file) => (
              <li key={file.id} data-testid="file" className="flex items-center gap-2 px-4 py-2.5">
                <div className="min-w-0 flex-1">
                  <p className="truncate font-medium">{file.name}</p>
                  <p className="truncate text-ink-3 text-xs">
                    {sizeText(file.size)} · {file.author.name || 'A program'} ·{' '}
                    <RelativeTime at={file.created_at} />
                  </p>
                </div>
                <a
                  href={fileAddress(account, file.id)}
                  download
                  aria-label={`Download ${file.name}`}
                  className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
                >
                  <Download aria-hidden size={16} strokeWidth={1.75} />
                </a>
                {canWrite && (
                  <IconButton icon={Trash2} label={`Delete ${file.name}`} onClick={() => remove(file)} />
                )}
              </li>
            ))}
          </ul>
        )}
        <ShowMore list={list} label="Show older ones" />
      </div>
      {canWrite && (
        <div className="flex shrink-0 items-center justify-end gap-3 border-line border-t p-3">
          <p role="status" className="min-w-0 flex-1 truncate text-ink-3 text-xs">
            {sending ? `Sending ${sending}…` : 'At most 25 MB each.'}
          </p>
          <Button
            look="primary"
            icon={Upload}
            busy={sending !== null}
            onClick={() => chooser.current?.click()}
          >
            Add files
          </Button>
          <input
            ref={chooser}
            type="file"
            multiple
            aria-label="Files to add"
            tabIndex={-1}
            className="sr-only"
            onChange={({ target }) => {
              void send([...(target.files ?? [])]);
              target.value = '';
            }}
          />
        </div>
      )}
    </>
  );
}
