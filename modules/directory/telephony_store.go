package directory

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

func subAccountTelephony(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]byte, error) {
	return sealedColumn(ctx, tx, `select telephony from sub_account where id = @id`, id, errSubAccountUnknown)
}

func agencyTelephony(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]byte, error) {
	return sealedColumn(ctx, tx, `select telephony from agency where id = @id`, id, errAgencyUnknown)
}

func sealedColumn(ctx context.Context, tx pgx.Tx, query string, id uuid.UUID, missing *fault.Error) (sealed []byte, err error) {
	err = tx.QueryRow(ctx, query, pgx.StrictNamedArgs{"id": id}).Scan(&sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, missing
	}
	return sealed, err
}

func saveSubAccountTelephony(ctx context.Context, tx pgx.Tx, id uuid.UUID, sealed []byte, phoneNumber string, now time.Time) error {
	_, err := tx.Exec(ctx, `update sub_account set telephony = @sealed, phone_number = @phone_number, updated_at = @now where id = @id`,
		pgx.StrictNamedArgs{"id": id, "sealed": sealed, "phone_number": phoneNumber, "now": now})
	return err
}

func saveAgencyTelephony(ctx context.Context, tx pgx.Tx, id uuid.UUID, sealed []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `update agency set telephony = @sealed, updated_at = @now where id = @id`,
		pgx.StrictNamedArgs{"id": id, "sealed": sealed, "now": now})
	return err
}
