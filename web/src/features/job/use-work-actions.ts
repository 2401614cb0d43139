import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { explain, type Job, mapPages, type Pages, type ParkedEvent } from '@/lib/api';
import { count } from '@/lib/format';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { cancelJob, replayEvents, replayJobs, workKey } from './api';
import { jobName, subscriberName } from './model';

interface Done {
  replayed: number;
  left: number;
}

/** What can be done to work: hand it over again, or end it. */
export function useWorkActions(account: string) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: workKey(account) });

  const replay = async (hand: () => Promise<Done>, stays: string): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      const { replayed, left } = await hand();
      const detail = left > 0 ? `${new Intl.NumberFormat().format(left)} still parked: ${stays}` : undefined;
      toast({
        title: replayed > 0 ? `${count(replayed, 'is', 'are')} under way again` : 'Nothing was replayed',
        detail,
        tone: replayed > 0 ? 'good' : 'bad',
      });
    } catch (error) {
      toast({ title: 'This was not replayed', detail: explain(error), tone: 'bad' });
    } finally {
      setBusy(false);
      void refresh();
    }
  };
  const called = 'the same work is called for again already, or there were too many for one go.';
  return {
    busy,
    replayJobs: (ids: string[]) => replay(() => replayJobs(account, { ids }), called),
    replayKind: (kind: string, queue?: Job['queue']) =>
      replay(() => replayJobs(account, { kind, queue }), called),
    replayRecord: ({ subscriber, subject_id }: ParkedEvent) =>
      replay(() => replayEvents(account, subscriber, subject_id), 'it failed again.'),
    replaySubscriber: (subscriber: string) =>
      replay(() => replayEvents(account, subscriber), `${subscriberName(subscriber)} failed again.`),

    /** Shows at once as ended; "Undo" takes it back before the server hears of it. */
    cancel: (job: Job) => {
      const jobs = { queryKey: [...workKey(account), 'jobs'] };
      const before = client.getQueriesData<Pages<Job>>(jobs);
      client.setQueriesData<Pages<Job>>(
        jobs,
        (pages) => pages && mapPages(pages, (item) => (item.id === job.id ? null : item)),
      );
      undoable({
        title: `${jobName(job.kind)}: ${job.state === 'parked' ? 'given up' : 'cancelled'}`,
        commit: () => cancelJob(account, job.id).then(refresh),
        revert: () => {
          for (const [key, pages] of before) client.setQueryData(key, pages);
          void refresh();
        },
      });
    },
  };
}
