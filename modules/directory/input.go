package directory

import (
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	hostForm    = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	moneyForm   = regexp.MustCompile(`^[A-Z]{3}$`)
)

// AgencyInput is what the operator knows of an Agency. Adopt, when set, is the
// id of a retained agency that this resource takes over. Lost, when set, is the
// id that the resource had: an entry that was removed by hand gets it again.
type AgencyInput struct {
	Name        string
	Namespace   string
	UID         string
	DisplayName string
	Branding    Branding
	Isolation   Isolation
	Tier        string    // "" is Standard
	Database    uuid.UUID // may be Nil
	Adopt       uuid.UUID
	Lost        uuid.UUID
}

// Validate names every field that won't do.
func (in AgencyInput) Validate() error {
	var c fault.Checks
	c.Check(in.Name != "", "name", "is required")
	c.Check(in.Namespace != "", "namespace", "is required")
	c.Check(in.UID != "", "uid", "is required")
	c.Check(strings.TrimSpace(in.DisplayName) != "", "display_name", "is required")
	c.Check(in.Isolation.known(), "isolation", "must be Shared, Agency or Dedicated")
	return c.Err("agency.invalid")
}

// DatabaseInput is what the operator knows of a TenantDatabase, keyed by Name.
type DatabaseInput struct {
	Name          string
	Server        string
	Host          string
	Port          int
	Pooled        bool // host and port are of a pooler that hands out connections by transaction
	DBName        string
	SSLMode       string
	AppUser       string
	AppPassword   string
	Isolation     Isolation
	SchemaVersion int64
}

// Validate names every field that won't do.
func (in DatabaseInput) Validate() error {
	var c fault.Checks
	c.Check(in.Name != "", "name", "is required")
	c.Check(in.Server != "", "server", "is required")
	c.Check(in.Host != "", "host", "is required")
	c.Check(in.Port > 0 && in.Port < 1<<16, "port", "must be between 1 and 65535")
	c.Check(in.DBName != "", "dbname", "is required")
	c.Check(in.SSLMode != "", "sslmode", "is required")
	c.Check(in.AppUser != "", "app_user", "is required")
	c.Check(in.AppPassword != "", "app_password", "is required")
	c.Check(in.Isolation.known(), "isolation", "must be Shared, Agency or Dedicated")
	return c.Err("database.invalid")
}

// SubAccountInput is what the operator knows of a SubAccount, keyed by
// namespace and name. Adopt, when set, is the id of a retained sub-account of
// the same agency that this resource takes over, with its database. Lost is as
// in AgencyInput: the data in the database carries that id.
type SubAccountInput struct {
	Agency      uuid.UUID
	Namespace   string
	Name        string
	UID         string
	DisplayName string
	Timezone    string
	Country     string
	Currency    string
	OwnerEmail  string
	Database    uuid.UUID
	Suspended   bool
	Adopt       uuid.UUID
	Lost        uuid.UUID
}

// Validate names every field that won't do.
func (in SubAccountInput) Validate() error {
	var c fault.Checks
	c.Check(in.Agency != uuid.Nil, "agency", "is required")
	c.Check(in.Namespace != "", "namespace", "is required")
	c.Check(in.Name != "", "name", "is required")
	c.Check(in.UID != "", "uid", "is required")
	c.Check(in.Database != uuid.Nil, "database", "is required")
	c.Check(strings.TrimSpace(in.DisplayName) != "", "display_name", "is required")
	checkLocale(&c, in.Timezone, in.Country, in.Currency)
	c.Check(mailLike(in.OwnerEmail), "owner_email", "must be an e-mail address, such as ada@acme.example")
	return c.Err("sub_account.invalid")
}

func checkLocale(c *fault.Checks, timezone, country, currency string) {
	c.Check(knownZone(timezone), "timezone", "must be an IANA name, such as America/New_York")
	c.Check(countryForm.MatchString(country), "country", "must be two capital letters of ISO 3166-1, such as US")
	c.Check(moneyForm.MatchString(currency), "currency", "must be three capital letters of ISO 4217, such as USD")
}

func knownZone(name string) bool {
	if name == "" || name == "Local" { // time.LoadLocation takes both for the machine's own
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// mailLike asks for no more than the custom resource does: an address is proved
// by the invitation that arrives, not by a pattern.
func mailLike(address string) bool {
	local, domain, found := strings.Cut(address, "@")
	return found && local != "" && domain != "" && len(address) <= 254 &&
		!strings.ContainsAny(address, " \t\r\n") && !strings.Contains(domain, "@") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

func (i Isolation) known() bool { return i == Shared || i == PerAgency || i == Dedicated }
