import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { explain, type Import } from '@/lib/api';
import { toast } from '@/lib/toast';
import { uploadImport } from './api';
import { importsKey } from './keys';

/** The most that the server takes, in bytes. */
const most = 256 * 1024 * 1024;

/** Sends a file to be imported; one at a time, and it can be stopped. */
export function useUpload(account: string, onDone: (made: Import) => void) {
  const client = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const send = async (file: File | undefined): Promise<void> => {
    if (!file || stop.current) return;
    if (file.size > most) return setProblem('A file has at most 256 MB. Cut it in two, and import both.');
    setProblem(null);
    setName(file.name);
    const control = new AbortController();
    stop.current = control;
    try {
      const made = await uploadImport(account, file, crypto.randomUUID(), control.signal);
      void client.invalidateQueries({ queryKey: importsKey(account) });
      onDone(made);
    } catch (error) {
      if (control.signal.aborted) toast({ title: `${file.name} was not sent` });
      else setProblem(explain(error));
    } finally {
      stop.current = null;
      setName(null);
    }
  };
  return { send, sending: name, problem, cancel: () => stop.current?.abort() };
}
