package access

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// AgencyInfo is what access needs of an agency.
type AgencyInfo struct {
	ID     uuid.UUID
	Name   string // as people read it
	Status tenancy.Status
}

// Account is what access needs of a sub-account.
type Account struct {
	ID          uuid.UUID
	Agency      uuid.UUID
	Name        string // as people read it
	Status      tenancy.Status
	Timezone    string
	PhoneNumber string
}

// Directory answers where people can go; modules/directory does, through the
// wiring. An answer may be two seconds old. What doesn't exist is
// fault.NotFound.
type Directory interface {
	Agency(ctx context.Context, id uuid.UUID) (AgencyInfo, error)
	Account(ctx context.Context, id uuid.UUID) (Account, error)
	// Accounts of an agency by name, without retained ones.
	Accounts(ctx context.Context, agency uuid.UUID) ([]Account, error)
}

// Auditor records a change of the administration in the transaction that makes
// it. The actor comes from the context. modules/audit implements it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, action string, subject uuid.UUID, detail map[string]any) error
	// ErasePerson takes a person's data out of what was recorded, and records that.
	ErasePerson(ctx context.Context, tx pgx.Tx, agency, person uuid.UUID, email string) error
}

// Caller calls identity providers, whose addresses agencies give;
// outbound.Client does.
type Caller interface {
	// Vet refuses an address that can't be right, with a reason to show.
	Vet(address string) error
	HTTP() *http.Client
}
