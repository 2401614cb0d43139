import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { flatten, type ParkedEvent } from '@/lib/api';
import { parkedEventsQuery, parkedWorkQuery } from '../api';
import { eventName, subscriberName } from '../model';
import { useListCommands } from '../use-list-commands';
import { useSelection } from '../use-selection';
import { useWorkActions } from '../use-work-actions';
import { BulkBar } from './bulk-bar';
import { ParkedRow } from './parked-row';
import { RecordLink } from './record-link';
import { WorkList } from './work-list';

const idOf = ({ event_id, subscriber }: ParkedEvent) => `${event_id}/${subscriber}`;

/** Events that one of their hearers could not take. Those of a record are replayed together, in order. */
export function ParkedEvents({ account, subscriber }: { account: string; subscriber: string | undefined }) {
  const query = useInfiniteQuery(parkedEventsQuery(account, subscriber));
  const { data: summary } = useQuery(parkedWorkQuery(account));
  const { busy, replayRecord, replaySubscriber } = useWorkActions(account);
  const events = flatten(query.data);
  const selection = useSelection(events.map(idOf));
  const parked = summary?.events.find((item) => item.subscriber === subscriber)?.parked ?? 0;
  const replaySelected = async () => {
    // One turn a record: a replay takes all that is parked of it.
    const seen = new Set<string>();
    for (const event of events.filter((item) => selection.has(idOf(item)))) {
      const turn = `${event.subscriber}/${event.subject_id}`;
      if (seen.has(turn)) continue;
      seen.add(turn);
      await replayRecord(event);
    }
  };
  useListCommands(selection, {
    replaySelected: () => void replaySelected(),
    replayCurrent: () => {
      const event = events.find((item) => idOf(item) === selection.current);
      if (event) void replayRecord(event);
    },
  });
  return (
    <>
      {events.length > 0 && (
        <BulkBar
          selected={selection.selected.length}
          shown={events.length}
          busy={busy}
          onSelectAll={selection.selectAll}
          onReplay={() => void replaySelected()}
          all={
            subscriber && parked > 0
              ? {
                  label: `Replay all ${new Intl.NumberFormat().format(parked)}`,
                  run: () => void replaySubscriber(subscriber),
                }
              : undefined
          }
        />
      )}
      <WorkList
        label="Events that were not taken in"
        query={query}
        rows={events.length}
        empty={{
          title: 'Everything was taken in',
          text: 'What happens to a record is told to the audit log, the inbox and others. What one of them can’t take waits here.',
        }}
      >
        {events.map((event) => (
          <ParkedRow
            key={idOf(event)}
            title={eventName(event.kind)}
            note={
              <>
                <span>{subscriberName(event.subscriber)} could not take it</span>
                <RecordLink account={account} record={event.record} />
              </>
            }
            reason={event.reason}
            at={event.parked_at}
            selected={selection.has(idOf(event))}
            current={selection.current === idOf(event)}
            busy={busy}
            onSelect={(on) => selection.select(idOf(event), on)}
            onReplay={() => void replayRecord(event)}
          />
        ))}
      </WorkList>
    </>
  );
}
