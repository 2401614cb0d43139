package sms

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var errNoAttempt = fault.New(fault.NotFound, "sms.attempt_not_found", "There is no such message here.")

const attemptColumns = `id, message_id, number, state, account_sid, from_address, to_address, provider_id, provider_status,
	error_code, detail, doubtful, lookups, started_at, answered_at`

// attempts reads attempts by a condition and locks them until the commit.
func attempts(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) ([]attempt, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	args["sub_account"] = t.SubAccount
	rows, err := tx.Query(ctx, `
		select `+attemptColumns+` from sms_attempt
		 where sub_account_id = @sub_account and `+where+` for update`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[attempt])
}

// byNumber finds an attempt; errNoAttempt if it was never begun.
func byNumber(ctx context.Context, tx pgx.Tx, message uuid.UUID, number int) (attempt, error) {
	return first(attempts(ctx, tx, `message_id = @message and number = @number`,
		pgx.StrictNamedArgs{"message": message, "number": number}))
}

// byProvider finds the attempt that the carrier knows by an id.
func byProvider(ctx context.Context, tx pgx.Tx, message uuid.UUID, provider string) (attempt, error) {
	return first(attempts(ctx, tx, `message_id = @message and provider_id = @provider`,
		pgx.StrictNamedArgs{"message": message, "provider": provider}))
}

func first(list []attempt, err error) (attempt, error) {
	switch {
	case err != nil:
		return attempt{}, err
	case len(list) == 0:
		return attempt{}, errNoAttempt
	}
	return list[0], nil
}

// refusedInARow counts the attempts before this one since the last that ended
// otherwise.
func refusedInARow(ctx context.Context, tx pgx.Tx, a attempt) (n int, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		select count(*) from sms_attempt
		 where sub_account_id = @sub_account and message_id = @message and state = 'refused' and number < @number
		   and number > coalesce((select max(number) from sms_attempt
		                           where sub_account_id = @sub_account and message_id = @message and state <> 'refused'
		                             and number < @number), 0)`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "message": a.MessageID, "number": a.Number}).Scan(&n)
	return n, err
}

// rivals counts the other attempts in doubt that a carrier's list can't tell
// from this one, and names the carrier's ids that others own.
func rivals(ctx context.Context, tx pgx.Tx, a attempt, body string) (n int, owned map[string]bool, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return 0, nil, err
	}
	rows, err := tx.Query(ctx, `
		select a.provider_id, a.state in ('started', 'unknown', 'ambiguous') and m.body = @body as in_doubt
		  from sms_attempt a
		  join message m on m.sub_account_id = a.sub_account_id and m.id = a.message_id
		 where a.sub_account_id = @sub_account and a.id <> @id and a.to_address = @to and a.from_address = @from
		   and a.started_at between @from_time and @to_time`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "id": a.ID, "to": a.ToAddress, "from": a.FromAddress, "body": body,
			"from_time": a.StartedAt.Add(-2 * MatchWindow), "to_time": a.StartedAt.Add(2 * MatchWindow),
		})
	if err != nil {
		return 0, nil, err
	}
	owned = map[string]bool{}
	var provider string
	var inDoubt bool
	_, err = pgx.ForEachRow(rows, []any{&provider, &inDoubt}, func() error {
		if provider != "" {
			owned[provider] = true
		} else if inDoubt {
			n++
		}
		return nil
	})
	return n, owned, err
}

func insertAttempt(ctx context.Context, tx pgx.Tx, a attempt) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into sms_attempt (sub_account_id, id, message_id, number, state, account_sid, from_address, to_address, started_at)
		values (@sub_account, @id, @message, @number, @state, @account, @from, @to, @at)`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "id": a.ID, "message": a.MessageID, "number": a.Number, "state": a.State,
			"account": a.AccountSID, "from": a.FromAddress, "to": a.ToAddress, "at": a.StartedAt,
		})
	return err
}

func updateAttempt(ctx context.Context, tx pgx.Tx, a attempt, now time.Time) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update sms_attempt
		   set number = @number, state = @state, provider_id = @provider, provider_status = @status, error_code = @code,
		       detail = @detail, doubtful = @doubtful, lookups = @lookups, answered_at = coalesce(answered_at, @now)
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "id": a.ID, "number": a.Number, "state": a.State, "provider": a.ProviderID,
			"status": a.ProviderStatus, "code": a.ErrorCode, "detail": a.Detail, "doubtful": a.Doubtful,
			"lookups": a.Lookups, "now": now,
		})
	return err
}
