package audit

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ControlPolicy reads for how long the entries of an agency's administration are
// kept; 0 days is for good.
func (s *Service) ControlPolicy(ctx context.Context, agency uuid.UUID) (p Policy, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		p, err = controlPolicy(ctx, r, agency)
		return err
	})
	return p, err
}

// SetControlPolicy changes it, and records that; version is the one that the
// caller saw, negative for whatever is there. Errors: Invalid at
// "retention_days"; Stale.
func (s *Service) SetControlPolicy(ctx context.Context, agency uuid.UUID, days int, version int64) (after Policy, err error) {
	var f fault.Checks
	f.Check(days == 0 || days >= MinRetentionDays && days <= MaxRetentionDays, "retention_days", "Give 30 to 3,650 days, or 0 for good.")
	if err := f.Err("audit.invalid"); err != nil {
		return Policy{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, _, err := s.lockControl(ctx, tx, agency); err != nil {
			return err
		}
		before, err := controlPolicy(ctx, tx, agency)
		if err != nil {
			return err
		}
		if version >= 0 && version != before.Version {
			return errStale.With("version", before.Version)
		}
		after = Policy{RetentionDays: days, Version: before.Version + 1}
		_, err = tx.Exec(ctx, `
			insert into audit_policy (agency_id, retention_days, version, updated_at) values (@agency, @days, @version, @now)
			on conflict (agency_id) do update set retention_days = @days, version = @version, updated_at = @now`,
			pgx.StrictNamedArgs{"agency": agency, "days": days, "version": after.Version, "now": s.now()})
		if err != nil {
			return err
		}
		return s.Record(ctx, tx, tenancy.Tenant{Agency: agency}, EventPolicyChanged, agency,
			map[string]any{"before": retention{before.RetentionDays}, "after": retention{days}})
	})
	return after, err
}

func controlPolicy(ctx context.Context, r db.Reader, agency uuid.UUID) (Policy, error) {
	rows, err := r.Query(ctx, `select retention_days, version from audit_policy where agency_id = @agency`, pgx.StrictNamedArgs{"agency": agency})
	if err != nil {
		return Policy{}, err
	}
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Policy])
	if errors.Is(err, pgx.ErrNoRows) {
		return Policy{}, nil
	}
	return p, err
}
