package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// conditions are what a query asks for beyond its scope; the names are columns.
func (q Query) conditions(args pgx.StrictNamedArgs, action, actorID, actorKind string) string {
	var out strings.Builder
	add := func(condition, name string, value any) {
		out.WriteString(` and ` + condition)
		args[name] = value
	}
	if q.Subject != uuid.Nil {
		add(`subject_id = @subject`, "subject", q.Subject)
	}
	if prefix, ok := strings.CutSuffix(q.Action, "*"); ok {
		add(`starts_with(`+action+`, @action)`, "action", prefix)
	} else if q.Action != "" {
		add(action+` = @action`, "action", q.Action)
	}
	if q.ActorID != "" {
		add(actorID+` = @actor_id`, "actor_id", q.ActorID)
	}
	if q.ActorKind != "" {
		add(actorKind+` = @actor_kind`, "actor_kind", q.ActorKind)
	}
	if !q.From.IsZero() {
		add(`occurred_at >= @from`, "from", q.From)
	}
	if !q.To.IsZero() {
		add(`occurred_at < @to`, "to", q.To)
	}
	return out.String()
}

// tenantConditions are those of a sub-account's entries.
func (q Query) tenantConditions(args pgx.StrictNamedArgs) string {
	out := q.conditions(args, "kind", "coalesce(actor_id, actor->>'id')", "coalesce(actor_kind, actor->>'kind')")
	if q.SubjectKind != "" {
		out += ` and subject_kind = @subject_kind`
		args["subject_kind"] = q.SubjectKind
	}
	if q.Field != "" {
		out += ` and exists (select from unnest(paths) as path where position(lower(@field) in lower(path)) > 0)`
		args["field"] = q.Field
	}
	return out
}

// controlConditions are those of the administration's entries.
func (q Query) controlConditions(args pgx.StrictNamedArgs, about uuid.UUID) string {
	out := q.conditions(args, "action", "coalesce(actor_id, actor->>'id')", "coalesce(actor_kind, actor->>'kind')")
	if about != uuid.Nil {
		out += ` and sub_account_id = @about`
		args["about"] = about
	}
	return out
}

// scope names the listing in its cursors.
func (q Query) scope(of string) string {
	return fmt.Sprintf("audit/%s/%s/%s/%q/%q/%q/%q/%d/%d", of, q.Subject, q.SubjectKind, q.Action, q.ActorID, q.ActorKind, q.Field,
		q.From.UnixMicro(), q.To.UnixMicro())
}

// selectEntries reads entries by the query. An entry that is not in the chain yet
// has no place, and its actor stands in its actor alone.
func selectEntries(ctx context.Context, r db.Reader, sub uuid.UUID, q Query, after *position, limit int) ([]Entry, error) {
	query := `select id, kind, subject_kind, subject_id, actor, before, after, occurred_at, coalesce(seq, 0) as seq,
			coalesce(paths, '{}') as paths, erased_at, hash
		from audit_entry where sub_account_id = @sub_account`
	args := pgx.StrictNamedArgs{"sub_account": sub, "limit": limit}
	query += q.tenantConditions(args)
	rows, err := r.Query(ctx, query+from(after, args)+` order by occurred_at desc, id desc limit @limit`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
}

// from continues behind a position.
func from(after *position, args pgx.StrictNamedArgs) string {
	if after == nil {
		return ""
	}
	args["at"], args["after"] = after.At, after.ID
	return ` and (occurred_at, id) < (@at, @after)`
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
