package tenancy

import (
	"context"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Static is a Locator over a fixed list of placements: for tests and tools
// that know where everything lives.
type Static []Placement

// Locate finds a placement of the list.
func (s Static) Locate(_ context.Context, subAccount uuid.UUID) (Placement, error) {
	for _, p := range s {
		if p.SubAccount == subAccount {
			return p, nil
		}
	}
	return Placement{}, fault.New(fault.NotFound, "sub_account.unknown", "There is no such sub-account.")
}

// Residents lists the list's placements in a database.
func (s Static) Residents(_ context.Context, database uuid.UUID) ([]Resident, error) {
	var out []Resident
	for _, p := range s {
		if p.Database.ID == database {
			out = append(out, Resident{Tenant: p.Tenant, Timezone: p.Timezone, Status: p.Status})
		}
	}
	return out, nil
}

// Databases lists each database of the list once.
func (s Static) Databases(context.Context) ([]Database, error) {
	var out []Database
	seen := map[uuid.UUID]bool{}
	for _, p := range s {
		if !seen[p.Database.ID] {
			seen[p.Database.ID] = true
			out = append(out, p.Database)
		}
	}
	return out, nil
}
