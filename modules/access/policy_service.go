package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// MFA is for whom an agency demands a second factor.
type MFA string

// The demands.
const (
	MFAOptional MFA = "optional"
	MFAAdmins   MFA = "admins" // who holds a role in the agency, or may manage members
	MFAEveryone MFA = "everyone"
)

// Policy is an agency's own rule of signing in. Version is one while nobody has
// set it.
type Policy struct {
	MFA       MFA
	Version   int64
	UpdatedAt time.Time
}

// demands tells whether the principal needs a second factor.
func (m MFA) demands(p Principal) bool {
	switch m {
	case MFAEveryone:
		return true
	case MFAAdmins:
		if p.AgencyRole != "" {
			return true
		}
		for _, role := range p.held {
			if slices.Contains(role.permissions, MembersManage) {
				return true
			}
		}
	case MFAOptional:
	}
	return false
}

// PolicyOf reads the agency's policy.
func (s *Service) PolicyOf(ctx context.Context, p Principal) (out Policy, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectPolicy(ctx, r, p, "")
		return err
	})
	return out, err
}

// SetPolicy changes the agency's policy, effective with everybody's next request:
// who needs a second factor and has none can do nothing but set one up. version
// is the one that the caller saw; zero takes whatever is there. Errors: Invalid;
// Stale.
func (s *Service) SetPolicy(ctx context.Context, p Principal, mfa MFA, version int64) (after Policy, err error) {
	var c fault.Checks
	c.Check(mfa == MFAOptional || mfa == MFAAdmins || mfa == MFAEveryone, "mfa", "is optional, admins or everyone")
	if err := c.Err("policy.invalid"); err != nil {
		return Policy{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := selectPolicy(ctx, tx, p, ` for update`)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStale.With("version", before.Version)
		}
		after = Policy{MFA: mfa, Version: before.Version + 1, UpdatedAt: s.now()}
		if err := savePolicy(ctx, tx, p, after); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "policy.changed", p.Agency,
			map[string]any{"before": map[string]any{"mfa": before.MFA}, "after": map[string]any{"mfa": after.MFA}})
	})
	return after, err
}

func selectPolicy(ctx context.Context, r db.Reader, p Principal, lock string) (Policy, error) {
	out := Policy{MFA: MFAOptional, Version: 1}
	err := r.QueryRow(ctx, `select mfa, version, updated_at from access_policy where agency_id = @agency`+lock,
		pgx.StrictNamedArgs{"agency": p.Agency}).Scan(&out.MFA, &out.Version, &out.UpdatedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return out, err
}

func savePolicy(ctx context.Context, tx pgx.Tx, p Principal, after Policy) error {
	_, err := tx.Exec(ctx, `
		insert into access_policy (agency_id, mfa, version, updated_at) values (@agency, @mfa, @version, @now)
		on conflict (agency_id) do update set mfa = @mfa, version = @version, updated_at = @now`,
		pgx.StrictNamedArgs{"agency": p.Agency, "mfa": string(after.MFA), "version": after.Version, "now": after.UpdatedAt})
	return err
}
