package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const columns = `id, url, description, kinds, enabled, disabled_at, disabled_reason, failing_since, last_success_at,
	case when former_until > @now then former_until end as former_until, version, created_at, updated_at`

// find reads the subscriptions that a condition on @value finds, the oldest first.
func find(ctx context.Context, r db.Reader, sub uuid.UUID, now time.Time, where string, value any) ([]Subscription, error) {
	rows, err := r.Query(ctx, `select `+columns+` from webhook_subscription where sub_account_id = @sub_account and `+where,
		pgx.StrictNamedArgs{"sub_account": sub, "now": now, "value": value})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Subscription])
}

func one(ctx context.Context, r db.Reader, sub, id uuid.UUID, now time.Time, lock string) (Subscription, error) {
	found, err := find(ctx, r, sub, now, `id = @value`+lock, id)
	if err != nil {
		return Subscription{}, err
	}
	if len(found) == 0 {
		return Subscription{}, errNotFound
	}
	return found[0], nil
}

// locked keeps others from changing it, and its deliveries from being added.
const locked = ` for no key update`

// insert keeps a subscription below the cap; errTooMany. The caller holds the
// lock of lockCount.
func insert(ctx context.Context, tx pgx.Tx, sub uuid.UUID, s Subscription, sealed []byte) error {
	tag, err := tx.Exec(ctx, `
		insert into webhook_subscription (sub_account_id, id, url, description, kinds, secret, created_at, updated_at)
		select @sub_account, @id, @url, @description, @kinds, @secret, @now, @now
		 where (select count(*) from webhook_subscription where sub_account_id = @sub_account) < @most`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "id": s.ID, "url": s.URL, "description": s.Description, "kinds": s.Kinds, "secret": sealed,
			"now": s.CreatedAt, "most": MaxSubscriptions,
		})
	if err == nil && tag.RowsAffected() == 0 {
		err = errTooMany
	}
	return err
}

// lockCount lets one creation at a time count a sub-account's subscriptions.
func lockCount(tx pgx.Tx, sub uuid.UUID) {
	db.Later(tx, `select pg_advisory_xact_lock(hashtextextended('webhook_subscription/' || $1, 0))`, sub.String())
}

func update(tx pgx.Tx, sub uuid.UUID, s Subscription) {
	db.Later(tx, `
		update webhook_subscription
		   set url = @url, description = @description, kinds = @kinds, enabled = @enabled, disabled_at = @disabled_at,
		       disabled_reason = @disabled_reason, failing_since = @failing_since, version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "id": s.ID, "url": s.URL, "description": s.Description, "kinds": s.Kinds, "enabled": s.Enabled,
			"disabled_at": s.DisabledAt, "disabled_reason": s.DisabledReason, "failing_since": s.FailingSince,
			"version": s.Version, "updated_at": s.UpdatedAt,
		})
}

func remove(tx pgx.Tx, sub, id uuid.UUID) {
	db.Later(tx, `delete from webhook_subscription where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id})
}

// rotate makes the present secret the former one.
func rotate(tx pgx.Tx, sub, id uuid.UUID, sealed []byte, until, now time.Time) {
	db.Later(tx, `
		update webhook_subscription
		   set former_secret = secret, former_until = @until, secret = @secret, version = version + 1, updated_at = @now
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id, "secret": sealed, "until": until, "now": now})
}

// target is what a call needs of a subscription.
type target struct {
	ID           uuid.UUID
	URL          string
	Enabled      bool
	FailingSince *time.Time
	Secret       []byte
	FormerSecret []byte // nil if none signs any more
}

// lockTarget keeps deliveries from being added or finished meanwhile; ok is false
// if the subscription is gone.
func lockTarget(ctx context.Context, tx pgx.Tx, sub, id uuid.UUID, now time.Time) (t target, ok bool, err error) {
	rows, err := tx.Query(ctx, `
		select id, url, enabled, failing_since, secret, case when former_until > @now then former_secret end as former_secret
		  from webhook_subscription where sub_account_id = @sub_account and id = @id`+locked,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id, "now": now})
	if err != nil {
		return t, false, err
	}
	t, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[target])
	if errors.Is(err, pgx.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

// lockWanting finds who wants to hear of a kind, and keeps a pump from ending
// before what is enqueued for it can be seen.
func lockWanting(ctx context.Context, tx pgx.Tx, sub uuid.UUID, patterns []string) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, `
		select id from webhook_subscription
		 where sub_account_id = @sub_account and enabled and kinds && @patterns order by id for share`,
		pgx.StrictNamedArgs{"sub_account": sub, "patterns": patterns})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func succeeded(tx pgx.Tx, sub, id uuid.UUID, now time.Time) {
	db.Later(tx, `
		update webhook_subscription set failing_since = null, last_success_at = @now
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id, "now": now})
}

func failing(tx pgx.Tx, sub, id uuid.UUID, since time.Time) {
	db.Later(tx, `
		update webhook_subscription set failing_since = coalesce(failing_since, @since)
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": sub, "id": id, "since": since})
}
