package directory

import (
	"net"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Isolation says which database holds a sub-account, in the words of the
// custom resources.
type Isolation string

// The three isolations; schema and code are the same in all.
const (
	Shared    Isolation = "Shared"
	PerAgency Isolation = "Agency"
	Dedicated Isolation = "Dedicated"
)

// Agency is a reseller.
type Agency struct {
	ID          uuid.UUID
	Name        string // metadata.name of its resource
	Namespace   string
	UID         string // metadata.uid of its resource
	DisplayName string
	Branding    Branding
	Isolation   Isolation
	Tier        string    // its sub-accounts' share of the workers, by name
	Database    uuid.UUID // of sub-accounts that ask for no other; Nil when there is none
	Status      tenancy.Status
	Hosts       []string // the first is used in links
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Branding is how the app looks at an agency's hosts; each may be empty.
type Branding struct {
	LogoURL      string
	PrimaryColor string // "#0f6fde"
	AccentColor  string
	SupportEmail string
}

// SubAccount is a reseller's customer: the tenant of data.
type SubAccount struct {
	ID          uuid.UUID
	Agency      uuid.UUID
	Namespace   string
	Name        string // metadata.name of its resource
	UID         string
	DisplayName string
	Timezone    string // IANA name
	Country     string // ISO 3166-1 alpha-2
	Currency    string // ISO 4217
	OwnerEmail  string
	Database    uuid.UUID
	Telephony   bool   // whether carrier credentials are stored
	PhoneNumber string // E.164, or empty
	Status      tenancy.Status
	CreatedAt   time.Time
	UpdatedAt   time.Time
	DeletedAt   *time.Time // when it was retained
}

// Tenant is the sub-account as a context carries it.
func (s SubAccount) Tenant() tenancy.Tenant {
	return tenancy.Tenant{SubAccount: s.ID, Agency: s.Agency}
}

// Database is a physical database that holds tenants. Its password never
// leaves this package but inside a DSN.
type Database struct {
	ID            uuid.UUID
	Name          string // metadata.name of the TenantDatabase
	Server        string // metadata.name of the DatabaseServer
	Host          string
	Port          int
	Pooled        bool // host and port are of a pooler that hands out connections by transaction
	DBName        string
	SSLMode       string
	AppUser       string
	Isolation     Isolation
	SchemaVersion int64
	Status        tenancy.Status // active or retained
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Telephony is the account at the carrier by which an agency, or a sub-account,
// sends. It prints without its token.
type Telephony struct {
	AccountSID string
	AuthToken  string
}

// String shows whose account it is and nothing by which to use it.
func (t Telephony) String() string { return "carrier account " + t.AccountSID }

// GoString keeps the token out of %#v.
func (t Telephony) GoString() string { return t.String() }

// Entitled tells whether people may sign in and work: neither suspended nor on
// its way out.
func Entitled(s tenancy.Status) bool { return s == tenancy.Active }

// NormaliseHost brings the Host of a request, or a host of a manifest, to the
// form that is stored: lower case, no port, no final dot.
func NormaliseHost(host string) string {
	host = strings.TrimSpace(host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

var (
	errHostUnknown       = fault.New(fault.NotFound, "host.unknown", "Nobody has set up this address. Check it, or ask whoever gave it to you.")
	errHostTaken         = fault.New(fault.Conflict, "directory.host_taken", "A host belongs to another agency already. Remove it there first, or choose another host.")
	errAgencyUnknown     = fault.New(fault.NotFound, "agency.unknown", "There is no such agency.")
	errAgencyTaken       = fault.New(fault.Conflict, "directory.agency_taken", "An agency of this name or namespace is in the directory already, made by another resource. Choose another name, or take it over with the annotation omnicrm.io/adopt and its id.")
	errAgencyInUse       = fault.New(fault.Conflict, "directory.agency_in_use", "The agency still has sub-accounts, retained ones included. Remove them, or retain the agency.")
	errSubAccountUnknown = fault.New(fault.NotFound, "sub_account.unknown", "There is no such sub-account.")
	errSubAccountStale   = fault.New(fault.Stale, "sub_account.stale", "Somebody changed this sub-account meanwhile. Look at it again before you save.")
	errSubAccountTaken   = fault.New(fault.Conflict, "directory.sub_account_taken", "A sub-account of this name is in the directory already, made by another resource. Choose another name, or take it over with the annotation omnicrm.io/adopt and its id.")
	errPlacementFixed    = fault.New(fault.Conflict, "directory.placement_fixed", "The sub-account's data lives in another database, and data is never moved silently. Name the database that holds it.")
	errRetained          = fault.New(fault.Conflict, "directory.sub_account_retained", "The sub-account was retained. Take it over with the annotation omnicrm.io/adopt and its id.")
	errDatabaseUnknown   = fault.New(fault.NotFound, "database.unknown", "The directory knows no such database.")
	errDatabaseInUse     = fault.New(fault.Conflict, "directory.database_in_use", "Sub-accounts or agencies still live in the database, retained ones included. Remove them, or retain the database.")
	errNotAdoptable      = fault.New(fault.Conflict, "directory.not_adoptable", "What the annotation omnicrm.io/adopt names is in use. Only what was retained can be taken over.")
	errNoTelephony       = fault.New(fault.NotFound, "telephony.missing", "No carrier account is set up here yet.")
)
