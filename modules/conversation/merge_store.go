package conversation

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// keepMessages keeps whose a thread's messages were.
func (s *Service) keepMessages(ctx context.Context, tx pgx.Tx, merge, to uuid.UUID, r threadRow, at time.Time) error {
	return exec(ctx, tx, `
		insert into conversation_moved (sub_account_id, merge_id, noun, record_id, survivor_id, contact_id, conversation_id, at)
		select @sub_account, @merge, 'message', id, @to, contact_id, conversation_id, @at
		  from message where sub_account_id = @sub_account and conversation_id = @id`,
		pgx.StrictNamedArgs{"merge": merge, "to": to, "id": r.ID, "at": at})
}

// movedThread is a thread that a merge changed.
type movedThread struct {
	Noun    string
	Before  threadRow
	Version int64
}

func keepThread(ctx context.Context, tx pgx.Tx, merge uuid.UUID, noun string, to uuid.UUID, before threadRow, version int64, at time.Time) error {
	return exec(ctx, tx, `
		insert into conversation_moved (sub_account_id, merge_id, noun, record_id, survivor_id, contact_id, conversation_id, before, version, at)
		values (@sub_account, @merge, @noun, @id, @to, @contact, @id, @before, @version, @at)`,
		pgx.StrictNamedArgs{
			"merge": merge, "noun": noun, "id": before.ID, "to": to, "contact": before.ContactID, "before": before, "version": version, "at": at,
		})
}
