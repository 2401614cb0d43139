package audit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// tenantShelf has a sub-account's entries.
type tenantShelf struct {
	s   *Service
	sub uuid.UUID
	q   Query
}

// controlShelf has those of an agency's administration.
type controlShelf struct {
	s     *Service
	scope tenancy.Tenant
	q     Query
}

func (h tenantShelf) checkpoints(ctx context.Context) (out []Checkpoint, err error) {
	err = h.s.tenants.Read(ctx, func(r db.Reader) error {
		out, err = checkpoints(ctx, r, h.sub)
		return err
	})
	return out, err
}

func (h tenantShelf) span(ctx context.Context, upto int64) (out span, err error) {
	args := pgx.StrictNamedArgs{"sub_account": h.sub, "upto": upto}
	query := `select coalesce(min(seq), 0), coalesce(max(seq), 0) from audit_entry where sub_account_id = @sub_account and seq <= @upto` +
		h.q.tenantConditions(args)
	err = h.s.tenants.Read(ctx, func(r db.Reader) error { return r.QueryRow(ctx, query, args).Scan(&out.First, &out.Last) })
	return out, err
}

func (h tenantShelf) page(ctx context.Context, after int64, most int) (out []exported, err error) {
	args := pgx.StrictNamedArgs{"sub_account": h.sub, "after": after, "most": most, "nil": uuid.Nil}
	query := `select ` + tenantLink + `, coalesce(true` + h.q.tenantConditions(args) + `, false) as wanted
		from audit_entry where sub_account_id = @sub_account and seq > @after order by seq limit @most`
	err = h.s.tenants.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, query, args)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[exported])
		return err
	})
	return out, err
}

func (h controlShelf) checkpoints(ctx context.Context) (out []Checkpoint, err error) {
	err = h.s.control.Read(ctx, func(r db.Reader) error {
		out, err = controlCheckpoints(ctx, r, h.scope.Agency)
		return err
	})
	return out, err
}

func (h controlShelf) span(ctx context.Context, upto int64) (out span, err error) {
	args := pgx.StrictNamedArgs{"chain": h.scope.Agency, "upto": upto, "nil": uuid.Nil}
	query := `select coalesce(min(seq), 0), coalesce(max(seq), 0) from audit_entry where coalesce(agency_id, @nil) = @chain and seq <= @upto` +
		h.q.controlConditions(args, h.scope.SubAccount)
	err = h.s.control.Read(ctx, func(r db.Reader) error { return r.QueryRow(ctx, query, args).Scan(&out.First, &out.Last) })
	return out, err
}

func (h controlShelf) page(ctx context.Context, after int64, most int) (out []exported, err error) {
	args := pgx.StrictNamedArgs{"chain": h.scope.Agency, "after": after, "most": most, "nil": uuid.Nil}
	query := `select ` + controlLink + `, coalesce(true` + h.q.controlConditions(args, h.scope.SubAccount) + `, false) as wanted
		from audit_entry where coalesce(agency_id, @nil) = @chain and seq > @after order by seq limit @most`
	err = h.s.control.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, query, args)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[exported])
		return err
	})
	return out, err
}
