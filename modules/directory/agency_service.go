package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// UpsertAgency brings the directory's entry of an Agency to what the resource
// says, and makes it if there is none. It is found again by its uid or name, so
// an operator that was killed halfway repeats it. Conflict: another resource
// has the name or the namespace, or Adopt names an agency that is in use.
func (s *Service) UpsertAgency(ctx context.Context, in AgencyInput) (Agency, error) {
	if err := in.Validate(); err != nil {
		return Agency{}, err
	}
	var out Agency
	err := s.upsert(ctx, func(tx pgx.Tx) error {
		before, lost, err := agencyToUpsert(ctx, tx, in)
		if err != nil {
			return err
		}
		after := in.apply(before)
		if before.ID == uuid.Nil {
			after.ID, after.CreatedAt = idOf(lost, in.Lost), s.now()
		}
		if before.ID == after.ID && before.equal(after) {
			out = before
			return nil
		}
		after.UpdatedAt = s.now()
		if err := saveAgency(ctx, tx, after); err != nil {
			return err
		}
		out = after
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: after.ID}, changed("agency", before.ID), after.ID,
			map[string]any{"name": after.Name, "display_name": after.DisplayName, "tier": after.Tier, "status": after.Status})
	})
	return out, err
}

// agencyToUpsert finds the row that the input means; its ID is Nil when the row
// is to be made, and lost tells that it was there and is gone.
func agencyToUpsert(ctx context.Context, tx pgx.Tx, in AgencyInput) (before Agency, lost bool, err error) {
	if in.Adopt != uuid.Nil {
		before, err = lockAgency(ctx, tx, in.Adopt)
		if err == nil && before.Status != tenancy.Retained && before.UID != in.UID && before.Name != in.Name {
			err = errNotAdoptable
		}
		return before, false, err
	}
	before, err = lockAgencyOf(ctx, tx, in.Name, in.UID)
	if err == nil && before.UID != in.UID {
		return Agency{}, false, errAgencyTaken.With("agency_id", before.ID)
	}
	if !fault.Is(err, fault.NotFound) || in.Lost == uuid.Nil {
		return before, false, orNone(err)
	}
	before, err = lockAgency(ctx, tx, in.Lost)
	if err == nil && before.UID != in.UID { // that id is another's by now
		return Agency{}, false, nil
	}
	return before, fault.Is(err, fault.NotFound), orNone(err)
}

// standardTier is that of an agency whose resource was stored before there were tiers.
const standardTier = "Standard"

func (in AgencyInput) apply(a Agency) Agency {
	a.Name, a.Namespace, a.UID = in.Name, in.Namespace, in.UID
	a.DisplayName, a.Branding = strings.TrimSpace(in.DisplayName), in.Branding
	a.Isolation, a.Tier, a.Database = in.Isolation, cmp.Or(in.Tier, standardTier), in.Database
	a.Status = tenancy.Active // a resource that is being deleted is not upserted
	return a
}

// equal compares what an upsert writes.
func (a Agency) equal(b Agency) bool {
	return a.Name == b.Name && a.Namespace == b.Namespace && a.UID == b.UID && a.DisplayName == b.DisplayName &&
		a.Branding == b.Branding && a.Isolation == b.Isolation && a.Tier == b.Tier && a.Database == b.Database && a.Status == b.Status
}

// SetHosts makes the agency answer at exactly these hosts; the first is used in
// links. Conflict, with the member "host", when one of them belongs to another
// agency: whoever had it first keeps it, and nothing changes.
func (s *Service) SetHosts(ctx context.Context, agency uuid.UUID, hosts []string) error {
	var checks fault.Checks
	wanted := make([]string, 0, len(hosts))
	for i, host := range hosts {
		host = NormaliseHost(host)
		checks.Check(hostForm.MatchString(host) && len(host) <= 253, fmt.Sprintf("hosts[%d]", i),
			"must be a host name without scheme or port, such as app.acme.example")
		if !slices.Contains(wanted, host) {
			wanted = append(wanted, host)
		}
	}
	if err := checks.Err("agency.invalid"); err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockAgency(ctx, tx, agency)
		if err != nil {
			return err
		}
		if SameHosts(before.Hosts, wanted) {
			return nil
		}
		if err := replaceHosts(ctx, tx, agency, wanted); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "agency.hosts_changed", agency,
			map[string]any{"before": before.Hosts, "after": wanted})
	})
}

// SameHosts compares lists of hosts: the first is the one in links, the others
// have no order.
func SameHosts(a, b []string) bool {
	if len(a) != len(b) || len(a) == 0 {
		return len(a) == len(b)
	}
	return a[0] == b[0] && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// SetAgencyStatus stops (Suspended, Deleting) or resumes (Active) everything of
// an agency. Retained is RetainAgency's.
func (s *Service) SetAgencyStatus(ctx context.Context, agency uuid.UUID, status tenancy.Status) error {
	return s.changeAgencyStatus(ctx, agency, status)
}

// RetainAgency keeps the entry, with what belongs to it, for a later Agency to
// adopt, and gives back its name, its namespace and its hosts. Sub-accounts
// that aren't retained are a Conflict.
func (s *Service) RetainAgency(ctx context.Context, agency uuid.UUID) error {
	return s.changeAgencyStatus(ctx, agency, tenancy.Retained)
}

func (s *Service) changeAgencyStatus(ctx context.Context, agency uuid.UUID, status tenancy.Status) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockAgency(ctx, tx, agency)
		if err != nil || before.Status == status {
			return err
		}
		if status == tenancy.Retained {
			if busy, err := hasLivingSubAccounts(ctx, tx, agency); err != nil || busy {
				return orElse(err, errAgencyInUse)
			}
			if err := replaceHosts(ctx, tx, agency, nil); err != nil {
				return err
			}
		}
		after := before
		after.Status, after.UpdatedAt = status, s.now()
		if err := saveAgency(ctx, tx, after); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "agency.status_changed", agency,
			map[string]any{"before": before.Status, "after": status})
	})
}

// RemoveAgency forgets an agency and its hosts for good. Conflict while it has
// sub-accounts, retained ones included. An agency that is gone already is no
// error.
func (s *Service) RemoveAgency(ctx context.Context, agency uuid.UUID) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockAgency(ctx, tx, agency)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deleteAgency(ctx, tx, agency); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "agency.removed", agency, map[string]any{"name": before.Name})
	})
}

func changed(noun string, before uuid.UUID) string {
	if before == uuid.Nil {
		return noun + ".created"
	}
	return noun + ".updated"
}

// idOf is the id of a new entry: the one that it had before it was removed by hand, or a new one.
func idOf(lost bool, former uuid.UUID) uuid.UUID {
	if lost {
		return former
	}
	return newID()
}

// orNone takes "there is none" for an answer.
func orNone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
