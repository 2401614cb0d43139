package sms

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// collectedUntil is up to when a number's received texts were looked through: from
// now on for one that never was, since what came before it was ours is not ours.
func collectedUntil(ctx context.Context, tx pgx.Tx, number string, now time.Time) (until time.Time, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return until, err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": uuid.Must(uuid.NewV7()), "number": number, "now": now}
	_, err = tx.Exec(ctx, `
		insert into sms_collected (sub_account_id, id, number, until)
		values (@sub_account, @id, @number, @now) on conflict (sub_account_id, number) do nothing`, args)
	if err != nil {
		return until, err
	}
	err = tx.QueryRow(ctx, `select until from sms_collected where sub_account_id = @sub_account and number = @number`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "number": number}).Scan(&until)
	return until, err
}

// collected notes that all before was looked through.
func collected(ctx context.Context, tx pgx.Tx, number string, until time.Time) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update sms_collected set until = @until where sub_account_id = @sub_account and number = @number`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "number": number, "until": until})
	return err
}

// silentSince tells whether the sub-account has sent nothing since. Ids of attempts
// are in the order of their times.
func silentSince(ctx context.Context, tx pgx.Tx, since time.Time) (silent bool, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, `
		select coalesce((select started_at from sms_attempt where sub_account_id = @sub_account order by id desc limit 1) < @since, true)`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "since": since}).Scan(&silent)
	return silent, err
}
