package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const deliveryColumns = `d.id, d.written, d.subscription_id, d.event_id, d.kind, d.subject_kind, d.subject_id, d.body, d.state,
	d.attempts, d.ready_at, d.next_at, d.last_status, d.last_error, d.last_latency_ms, d.last_attempt_at, d.created_at, d.finished_at`

// insertDeliveries writes one for each subscription. The caller holds the locks
// of all of them, taken in a statement before.
func insertDeliveries(ctx context.Context, tx pgx.Tx, sub uuid.UUID, ids, subscriptions []uuid.UUID, d Delivery, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into webhook_delivery (sub_account_id, id, subscription_id, event_id, kind, subject_kind, subject_id, body,
		                              state, ready_at, next_at, created_at)
		select @sub_account, n.id, n.subscription, @event, @kind, @subject_kind, @subject, @body,
		       case when behind then 'waiting' else 'pending' end, case when behind then null else @now::timestamptz end,
		       case when behind then null else @now::timestamptz end, @now
		  from unnest(@ids::uuid[], @subscriptions::uuid[]) as n (id, subscription),
		       lateral (select exists (
		            select from webhook_delivery o
		             where o.sub_account_id = @sub_account and o.subscription_id = n.subscription and o.subject_id = @subject
		               and o.state in ('waiting', 'pending')) as behind) as lane`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "ids": ids, "subscriptions": subscriptions, "event": d.EventID, "kind": d.Kind,
			"subject_kind": d.SubjectKind, "subject": d.SubjectID, "body": d.Body, "now": now,
		})
	return err
}

// due claims the delivery that has been due the longest, and tells how many more
// could be sent beside it. A subscription that is off sends pings alone.
func due(ctx context.Context, tx pgx.Tx, sub uuid.UUID, t target, now, lease time.Time) (d Delivery, more int, found bool, err error) {
	args := pgx.StrictNamedArgs{
		"sub_account": sub, "subscription": t.ID, "now": now, "lease": lease, "enabled": t.Enabled, "ping": KindPing, "most": Slots,
	}
	rows, err := tx.Query(ctx, `
		with ready as materialized (
			select id from webhook_delivery
			 where sub_account_id = @sub_account and subscription_id = @subscription and state = 'pending' and next_at <= @now
			   and (lease_until is null or lease_until <= @now) and (@enabled or kind = @ping)
			 order by next_at, written limit @most)
		update webhook_delivery d set attempts = attempts + 1, lease_until = @lease, last_attempt_at = @now
		 where sub_account_id = @sub_account and id = (select id from ready limit 1)
		returning `+deliveryColumns+`, (select count(*) from ready) - 1 as more`, args)
	if err != nil {
		return d, 0, false, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[struct {
		Delivery
		More int
	}])
	if errors.Is(err, pgx.ErrNoRows) {
		return d, 0, false, nil
	}
	return row.Delivery, row.More, err == nil, err
}

// earliest is when something will be due; nil if nothing waits for its time.
func earliest(ctx context.Context, tx pgx.Tx, sub uuid.UUID, t target) (at *time.Time, err error) {
	err = tx.QueryRow(ctx, `
		select min(greatest(next_at, lease_until)) from webhook_delivery
		 where sub_account_id = @sub_account and subscription_id = @subscription and state = 'pending' and (@enabled or kind = @ping)`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": t.ID, "enabled": t.Enabled, "ping": KindPing}).Scan(&at)
	return at, err
}

func insertAttempt(tx pgx.Tx, sub uuid.UUID, d Delivery, request string, now time.Time) {
	db.Later(tx, `
		insert into webhook_attempt (sub_account_id, delivery_id, number, started_at, request)
		values (@sub_account, @delivery, @number, @now, @request)`,
		pgx.StrictNamedArgs{"sub_account": sub, "delivery": d.ID, "number": d.Attempts, "now": now, "request": request})
}

func finishAttempt(tx pgx.Tx, sub uuid.UUID, d Delivery, a answer, now time.Time) {
	db.Later(tx, `
		update webhook_attempt
		   set finished_at = @now, latency_ms = @latency, status = @status, error = @error, response = @response
		 where sub_account_id = @sub_account and delivery_id = @delivery and number = @number`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "delivery": d.ID, "number": d.Attempts, "now": now, "latency": a.latency.Milliseconds(),
			"status": a.code(), "error": a.failure, "response": a.excerpt,
		})
}

// conclude writes what an attempt amounts to, unless another attempt has begun
// since; then mine is false. One that was given up and succeeded after all did
// succeed.
func conclude(ctx context.Context, tx pgx.Tx, sub uuid.UUID, d Delivery, a answer, v verdict, now time.Time) (mine bool, err error) {
	var finished, next *time.Time
	if v.state == Pending {
		next = &v.next
	} else {
		finished = &now
	}
	tag, err := tx.Exec(ctx, `
		update webhook_delivery
		   set state = @state, next_at = @next, finished_at = @finished, lease_until = null,
		       last_status = @status, last_error = @error, last_latency_ms = @latency
		 where sub_account_id = @sub_account and id = @id and attempts = @attempts
		   and (state = 'pending' or @state = 'succeeded')`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "id": d.ID, "attempts": d.Attempts, "state": v.state, "next": next, "finished": finished,
			"status": a.code(), "error": a.failure, "latency": a.latency.Milliseconds(),
		})
	return tag.RowsAffected() == 1, err
}

// promote gives the turn to the oldest that waits, in each lane of the subjects
// that has none whose turn it is; nil subjects are all.
func promote(tx pgx.Tx, sub, subscription uuid.UUID, subjects []uuid.UUID, now time.Time) {
	db.Later(tx, `
		update webhook_delivery d set state = 'pending', ready_at = @now, next_at = @now
		  from (select subject_id, min(written) as first from webhook_delivery
		         where sub_account_id = @sub_account and subscription_id = @subscription and state in ('waiting', 'pending')
		           and (@subjects::uuid[] is null or subject_id = any(@subjects))
		         group by subject_id having bool_and(state = 'waiting')) as lane
		 where d.sub_account_id = @sub_account and d.subscription_id = @subscription and d.subject_id = lane.subject_id
		   and d.written = lane.first and d.state = 'waiting'`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": subscription, "subjects": subjects, "now": now})
}

const switchedOff = "The webhook was switched off."

// failOpen gives up all that is still to be sent, but for pings.
func failOpen(tx pgx.Tx, sub, subscription uuid.UUID, now time.Time) {
	db.Later(tx, `
		update webhook_delivery
		   set state = 'failed', finished_at = @now, next_at = null,
		       last_error = case when last_error = '' then @why else last_error end
		 where sub_account_id = @sub_account and subscription_id = @subscription and state in ('waiting', 'pending') and kind <> @ping`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": subscription, "now": now, "why": switchedOff, "ping": KindPing})
}

// forget drops every delivery about a subject, with what it said.
func forget(ctx context.Context, tx pgx.Tx, sub, subject uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from webhook_delivery where sub_account_id = @sub_account and subject_id = @subject`,
		pgx.StrictNamedArgs{"sub_account": sub, "subject": subject})
	return err
}

func oneDelivery(ctx context.Context, r db.Reader, sub, subscription, id uuid.UUID) (Delivery, error) {
	rows, err := r.Query(ctx, `
		select `+deliveryColumns+` from webhook_delivery d
		 where sub_account_id = @sub_account and subscription_id = @subscription and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": subscription, "id": id})
	if err != nil {
		return Delivery{}, err
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Delivery])
	if errors.Is(err, pgx.ErrNoRows) {
		return Delivery{}, errNoDelivery.Wrap(err)
	}
	return d, err
}

func attemptsOf(ctx context.Context, r db.Reader, sub, delivery uuid.UUID) ([]Attempt, error) {
	rows, err := r.Query(ctx, `
		select number, started_at, finished_at, latency_ms, status, error, request, response from webhook_attempt
		 where sub_account_id = @sub_account and delivery_id = @delivery order by number desc limit 100`,
		pgx.StrictNamedArgs{"sub_account": sub, "delivery": delivery})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Attempt])
}

// again opens finished deliveries anew, the oldest first.
func again(ctx context.Context, tx pgx.Tx, sub, subscription uuid.UUID, ids []uuid.UUID) (int, error) {
	tag, err := tx.Exec(ctx, `
		update webhook_delivery set state = 'waiting', finished_at = null, next_at = null, ready_at = null, lease_until = null
		 where sub_account_id = @sub_account and subscription_id = @subscription and id = any(@ids) and finished_at is not null`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": subscription, "ids": ids})
	return int(tag.RowsAffected()), err
}

// failedSince names those that failed from then on, the oldest first, up to most,
// and counts all of them.
func failedSince(ctx context.Context, tx pgx.Tx, sub, subscription uuid.UUID, since time.Time, most int) (ids []uuid.UUID, all int, err error) {
	rows, err := tx.Query(ctx, `
		select id, count(*) over () from webhook_delivery
		 where sub_account_id = @sub_account and subscription_id = @subscription and state = 'failed' and finished_at >= @since and kind <> @ping
		 order by written limit @most`,
		pgx.StrictNamedArgs{"sub_account": sub, "subscription": subscription, "since": since, "most": most, "ping": KindPing})
	if err != nil {
		return nil, 0, err
	}
	var id uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&id, &all}, func() error {
		ids = append(ids, id)
		return nil
	})
	return ids, all, err
}

func tidyBatch(ctx context.Context, tx pgx.Tx, sub uuid.UUID, before time.Time, most int) (int, error) {
	tag, err := tx.Exec(ctx, `
		delete from webhook_delivery where sub_account_id = @sub_account and id = any (array(
			select id from webhook_delivery
			 where sub_account_id = @sub_account and finished_at < @before order by finished_at limit @most))`,
		pgx.StrictNamedArgs{"sub_account": sub, "before": before, "most": most})
	return int(tag.RowsAffected()), err
}
