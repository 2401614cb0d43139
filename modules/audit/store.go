package audit

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func insertEntry(ctx context.Context, tx pgx.Tx, subAccount uuid.UUID, e Entry) error {
	_, err := tx.Exec(ctx, `
		insert into audit_entry (sub_account_id, id, kind, subject_kind, subject_id, actor, before, after, occurred_at)
		values (@sub_account, @id, @kind, @subject_kind, @subject, @actor, @before, @after, @at)
		on conflict (sub_account_id, id) do nothing`,
		pgx.StrictNamedArgs{
			"sub_account": subAccount, "id": e.ID, "kind": e.Kind, "subject_kind": e.SubjectKind, "subject": e.SubjectID,
			"actor": e.Actor, "before": e.Before, "after": e.After, "at": e.OccurredAt,
		})
	return err
}

func selectEntries(ctx context.Context, tx pgx.Tx, subAccount, subject uuid.UUID, after *position, limit int) ([]Entry, error) {
	query := `select id, kind, subject_kind, subject_id, actor, before, after, occurred_at from audit_entry where sub_account_id = @sub_account`
	args := pgx.StrictNamedArgs{"sub_account": subAccount, "limit": limit}
	if subject != uuid.Nil {
		query += ` and subject_id = @subject`
		args["subject"] = subject
	}
	rows, err := tx.Query(ctx, query+from(after, args)+` order by occurred_at desc, id desc limit @limit`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
}

func insertControl(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, action string, subject uuid.UUID, actor tenancy.Actor, detail map[string]any, now time.Time) error {
	if detail == nil {
		detail = map[string]any{}
	}
	_, err := tx.Exec(ctx, `
		insert into audit_entry (id, agency_id, sub_account_id, action, subject_id, actor, detail, occurred_at)
		values (@id, @agency, @sub_account, @action, @subject, @actor, @detail, @now)`,
		pgx.StrictNamedArgs{
			"id": uuid.Must(uuid.NewV7()), "agency": orNull(scope.Agency), "sub_account": orNull(scope.SubAccount), "action": action,
			"subject": orNull(subject), "actor": actor, "detail": detail, "now": now,
		})
	return err
}

func selectControl(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, after *position, limit int) ([]ControlEntry, error) {
	query := `
		select id, coalesce(agency_id, @nil) as agency, coalesce(sub_account_id, @nil) as sub_account, action,
			coalesce(subject_id, @nil) as subject, actor, detail, occurred_at
		from audit_entry where agency_id = @agency`
	args := pgx.StrictNamedArgs{"agency": scope.Agency, "nil": uuid.Nil, "limit": limit}
	if scope.SubAccount != uuid.Nil {
		query += ` and sub_account_id = @sub_account`
		args["sub_account"] = scope.SubAccount
	}
	rows, err := tx.Query(ctx, query+from(after, args)+` order by occurred_at desc, id desc limit @limit`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[ControlEntry])
}

// from continues behind a position.
func from(after *position, args pgx.StrictNamedArgs) string {
	if after == nil {
		return ""
	}
	args["at"], args["after"] = after.At, after.ID
	return ` and (occurred_at, id) < (@at, @after)`
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
