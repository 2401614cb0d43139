package queue

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// Progress is how far a job has come, as it reports itself.
type Progress struct {
	Done  int64  `json:"done"`
	Total int64  `json:"total"` // 0 while it is not known
	Note  string `json:"note,omitempty"`
}

const reportEvery = time.Second

// Report tells people how far the job of ctx has come; it writes once a second
// at most, and the last report of a job is written when the caller says so with
// done = total. It fails with ErrCancelled when a person has cancelled the job,
// and with ErrFenced when another worker has it: then the handler ends. Outside
// of a job it does nothing.
func Report(ctx context.Context, tenants *db.Tenants, p Progress) error {
	cur, ok := ctx.Value(currentKey{}).(*current)
	if !ok {
		return nil
	}
	now := cur.now()
	if now.Sub(cur.reported) < reportEvery && (p.Total == 0 || p.Done < p.Total) {
		return nil
	}
	cur.reported = now
	var cancelled bool
	err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			update job set progress = @progress
			 where sub_account_id = @sub_account and id = @id and fence = @fence and state = 'pending'
			returning cancel_requested`,
			pgx.StrictNamedArgs{
				"sub_account": cur.job.SubAccountID, "id": cur.job.ID, "fence": cur.job.Fence, "progress": p,
			}).Scan(&cancelled)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrFenced
		}
		return err
	})
	if err == nil && cancelled {
		return ErrCancelled
	}
	return err
}
