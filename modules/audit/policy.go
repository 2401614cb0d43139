package audit

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// How long entries are kept, in days.
const (
	DefaultRetentionDays = 400
	MinRetentionDays     = 30
	MaxRetentionDays     = 3650
)

var errStale = fault.New(fault.Stale, "audit.stale", "Somebody changed this meanwhile. Look at it again before you save.")

// Policy says how long a sub-account's entries are kept.
type Policy struct {
	RetentionDays int
	Version       int64 // 0 while nobody has set it
}

// Policy reads the sub-account's policy.
func (s *Service) Policy(ctx context.Context) (p Policy, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Policy{}, err
	}
	err = s.tenants.Read(ctx, func(r db.Reader) error {
		p, err = policyOf(ctx, r, tenant.SubAccount)
		return err
	})
	return p, err
}

// SetPolicy changes it; version is the one that the caller saw, negative for
// whatever is there. Errors: Invalid at "retention_days"; Stale.
func (s *Service) SetPolicy(ctx context.Context, days int, version int64) (after Policy, err error) {
	var f fault.Checks
	f.Check(days >= MinRetentionDays && days <= MaxRetentionDays, "retention_days", "Give 30 to 3,650 days.")
	if err := f.Err("audit.invalid"); err != nil {
		return Policy{}, err
	}
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Policy{}, err
	}
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		db.Later(tx, `select pg_advisory_xact_lock(hashtextextended('audit_policy/' || $1, 0))`, tenant.SubAccount.String())
		before, err := policyOf(ctx, tx, tenant.SubAccount)
		if err != nil {
			return err
		}
		if version >= 0 && version != before.Version {
			return errStale.With("version", before.Version)
		}
		after = Policy{RetentionDays: days, Version: before.Version + 1}
		db.Later(tx, `
			insert into audit_policy (sub_account_id, retention_days, version, updated_at) values (@sub_account, @days, @version, @now)
			on conflict (sub_account_id) do update set retention_days = @days, version = @version, updated_at = @now`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "days": days, "version": after.Version, "now": s.now()})
		return s.events.Publish(ctx, tx, events.New{
			Kind: EventPolicyChanged, SubjectKind: "sub_account", SubjectID: tenant.SubAccount,
			Payload: events.Change{Before: retention{before.RetentionDays}, After: retention{days}},
		})
	})
	return after, err
}

type retention struct {
	Days int `json:"retention_days"`
}

func policyOf(ctx context.Context, r db.Reader, sub uuid.UUID) (Policy, error) {
	rows, err := r.Query(ctx, `select retention_days, version from audit_policy where sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"sub_account": sub})
	if err != nil {
		return Policy{}, err
	}
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Policy])
	if errors.Is(err, pgx.ErrNoRows) {
		return Policy{RetentionDays: DefaultRetentionDays}, nil
	}
	return p, err
}

// Publisher writes events in the transaction of a change; events.Bus does.
type Publisher interface {
	Publish(ctx context.Context, tx pgx.Tx, e events.New) error
}
