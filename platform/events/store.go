package events

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/platform/fault"
)

type blockedKey struct {
	subscriber string
	subject    uuid.UUID
}

type blockedSet map[blockedKey]bool

var errBusy = fault.New(fault.Unavailable, "events.busy", "This sub-account's events are being processed just now. Try again shortly.")

// lockCursor waits for the sub-account's cursor and takes it, in one round trip;
// errBusy if another process kept it for longer than a batch should take.
//
// It waits rather than skip: whoever holds the cursor may have looked for events
// before the one that this turn was rung for was committed, and nobody rings
// twice.
func lockCursor(ctx context.Context, tx pgx.Tx, sub uuid.UUID) (seq int64, err error) {
	args := pgx.StrictNamedArgs{"sub_account": sub}
	var all pgx.Batch
	all.Queue(`set local lock_timeout = '2s'`)
	all.Queue(`insert into event_cursor (sub_account_id) values (@sub_account) on conflict do nothing`, args)
	all.Queue(`select last_seq from event_cursor where sub_account_id = @sub_account for update`, args).
		QueryRow(func(row pgx.Row) error { return row.Scan(&seq) })
	all.Queue(`set local lock_timeout to default`) // what subscribers wait for is their own affair
	err = tx.SendBatch(ctx, &all).Close()
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "55P03" { // lock_not_available
		err = errBusy.Wrap(err)
	}
	return seq, err
}

const columns = `id, coalesce(seq, 0) as seq, kind, subject_kind, subject_id, payload, actor, occurred_at`

// since gives the processed events after seq, in stream order.
func since(ctx context.Context, tx pgx.Tx, sub uuid.UUID, seq int64, most int) ([]*Event, error) {
	rows, err := tx.Query(ctx, `select `+columns+` from event
		 where sub_account_id = @sub_account and event.seq > @seq order by event.seq limit @most`,
		pgx.StrictNamedArgs{"sub_account": sub, "seq": seq, "most": most})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[Event])
}

// position tells where a reader who has seen the event after begins; negative is
// now. seq has no gaps, so the next event is there or was cleared away.
func position(ctx context.Context, tx pgx.Tx, sub uuid.UUID, after int64) (start int64, reset Reset, err error) {
	var last int64
	var kept bool
	err = tx.QueryRow(ctx, `
		select coalesce((select last_seq from event_cursor where sub_account_id = @sub_account), 0),
		       exists (select from event where sub_account_id = @sub_account and seq = @next)`,
		pgx.StrictNamedArgs{"sub_account": sub, "next": after + 1}).Scan(&last, &kept)
	switch {
	case err != nil:
		return 0, "", err
	case after < 0, after == last:
		return last, "", nil
	case after > last:
		return last, Ahead, nil
	case !kept:
		return last, Expired, nil
	}
	return after, "", nil
}

func mark(ctx context.Context, tx pgx.Tx, sub uuid.UUID, batch []Event, now time.Time) error {
	ids, seqs := make([]uuid.UUID, len(batch)), make([]int64, len(batch))
	for i, e := range batch {
		ids[i], seqs[i] = e.ID, e.Seq
	}
	_, err := tx.Exec(ctx, `
		with marked as (select * from unnest(@ids::uuid[], @seqs::bigint[]) as m (id, seq)),
		     moved as (update event_cursor set last_seq = @last where sub_account_id = @sub_account)
		update event set seq = marked.seq, processed_at = @now
		  from marked where event.sub_account_id = @sub_account and event.id = marked.id`,
		pgx.StrictNamedArgs{"sub_account": sub, "ids": ids, "seqs": seqs, "last": seqs[len(seqs)-1], "now": now})
	return err
}

func park(ctx context.Context, tx pgx.Tx, sub uuid.UUID, subscriber string, e Event, reason string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into event_parked (sub_account_id, event_id, subscriber, subject_id, reason, parked_at)
		values (@sub_account, @event, @subscriber, @subject, @reason, @now)`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "event": e.ID, "subscriber": subscriber, "subject": e.SubjectID,
			"reason": reason, "now": now,
		})
	return err
}

// blocked tells which subscribers still have an event of the batch's subjects
// parked: they take no later one.
func blocked(ctx context.Context, tx pgx.Tx, sub uuid.UUID, batch []Event) (blockedSet, error) {
	subjects := make([]uuid.UUID, len(batch))
	for i, e := range batch {
		subjects[i] = e.SubjectID
	}
	rows, err := tx.Query(ctx, `
		select distinct subscriber, subject_id from event_parked
		 where sub_account_id = @sub_account and replayed_at is null and subject_id = any(@subjects)`,
		pgx.StrictNamedArgs{"sub_account": sub, "subjects": subjects})
	if err != nil {
		return nil, err
	}
	set := blockedSet{}
	var key blockedKey
	_, err = pgx.ForEachRow(rows, []any{&key.subscriber, &key.subject}, func() error {
		set[key] = true
		return nil
	})
	return set, err
}
