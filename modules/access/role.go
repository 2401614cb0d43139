package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Role names a role: a built-in one by its name, an agency's own by its id.
type Role string

// The built-in roles. Those of the agency reach all its sub-accounts.
const (
	AgencyOwner     Role = "agency_owner"
	AgencyAdmin     Role = "agency_admin"
	AgencySupport   Role = "agency_support"
	AccountAdmin    Role = "account_admin"
	AccountManager  Role = "account_manager"
	AccountUser     Role = "account_user"
	AccountReadOnly Role = "account_read_only"
)

// builtIn are the built-in roles by rank, with their column in the table of
// permissions. Their names and levels are rows of the database.
var builtIn = []struct {
	role Role
	set  roleSet
}{
	{AgencyOwner, owners},
	{AgencyAdmin, agencyAdmins},
	{AgencySupport, support},
	{AccountAdmin, admins},
	{AccountManager, managers},
	{AccountUser, users},
	{AccountReadOnly, readers},
}

// BuiltInRoles lists them, the mightiest first on each level.
func BuiltInRoles() []Role {
	out := make([]Role, 0, len(builtIn))
	for _, b := range builtIn {
		out = append(out, b.role)
	}
	return out
}

// Permissions of a built-in role; none of any other. The caller owns the result.
func (r Role) Permissions() []Permission {
	if at := r.rank(); at < len(builtIn) {
		return heldBy(builtIn[at].set)
	}
	return nil
}

// BuiltIn tells whether it is a built-in role.
func (r Role) BuiltIn() bool { return r.rank() < len(builtIn) }

// rank orders built-in roles; others come behind them.
func (r Role) rank() int {
	for i, b := range builtIn {
		if b.role == r {
			return i
		}
	}
	return len(builtIn)
}

// Level is where a role is held.
type Level string

// The levels of roles.
const (
	OfAgency  Level = "agency"
	OfAccount Level = "account" // a sub-account
)

func levelOf(subAccount uuid.UUID) Level {
	if subAccount == uuid.Nil {
		return OfAgency
	}
	return OfAccount
}

// Span is whose records a role reaches.
type Span string

// The spans of roles.
const (
	SpanAll      Span = "all"
	SpanTeam     Span = "team"     // those of everybody who shares a team with the person
	SpanAssigned Span = "assigned" // the person's own
)

// RoleInfo is a role with what it allows.
type RoleInfo struct {
	Key         Role
	Agency      uuid.UUID // Nil: built in
	Level       Level
	Name        string
	Description string
	Permissions []Permission
	Reach       Span
	Members     int // who hold it, over all places
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// RoleInput describes a role of an agency's own. Version is the version the
// caller saw; zero takes whatever is there. A change leaves what is nil.
type RoleInput struct {
	Level       Level // of a new one; it never changes
	Name        *string
	Description *string
	Permissions *[]Permission
	Reach       *Span
	Version     int64
}

const (
	maxDescription    = 500
	maxRolesPerAgency = 100
)

// apply gives the role that the change amounts to.
func (in RoleInput) apply(r RoleInfo) RoleInfo {
	if in.Name != nil {
		r.Name = strings.TrimSpace(*in.Name)
	}
	if in.Description != nil {
		r.Description = strings.TrimSpace(*in.Description)
	}
	if in.Permissions != nil {
		r.Permissions = ordered(*in.Permissions)
	}
	if in.Reach != nil {
		r.Reach = *in.Reach
	}
	return r
}

// validate names every field that won't do.
func (r RoleInfo) validate() error {
	var c fault.Checks
	c.Check(r.Level == OfAgency || r.Level == OfAccount, "level", "is agency or account")
	length := utf8.RuneCountInString(r.Name)
	c.Check(length >= 1 && length <= maxNameLength && storableText(r.Name), "name", "must have 1 to 120 characters that can be shown")
	c.Check(utf8.RuneCountInString(r.Description) <= maxDescription && storableText(r.Description), "description", "must have at most 500 characters that can be shown")
	c.CheckBeside(r.Reach == SpanAll || r.Reach == SpanAssigned || r.Reach == SpanTeam && r.Level == OfAccount, "reach",
		"is all, team or assigned; of an agency's role all or assigned, since teams are a sub-account's", "level")
	c.Check(len(r.Permissions) > 0, "permissions", "must hold at least one permission")
	for i, p := range r.Permissions {
		path, info := fmt.Sprintf("permissions[%d]", i), p.info()
		switch {
		case info == nil:
			c.Check(false, path, "is no permission: GET /api/v1/permissions lists them")
		case p.OfAgency() && r.Level != OfAgency:
			c.CheckBeside(false, path, "is the agency's: a sub-account's role can't hold it", "level")
		case info.Wide && r.Reach != SpanAll:
			c.CheckBeside(false, path, "concerns everybody's records: only a role with the reach all can hold it", "reach")
		}
	}
	return c.Err("role.invalid")
}

// ordered gives each permission once: those that exist in the table's order,
// whatever doesn't behind them, for validate to name.
func ordered(in []Permission) (out []Permission) {
	for _, p := range permissions {
		if slices.Contains(in, p.Permission) {
			out = append(out, p.Permission)
		}
	}
	for _, p := range in {
		if !p.Known() {
			out = append(out, p)
		}
	}
	return out
}

// held is a role as somebody holds it in a place.
type held struct {
	role        Role
	name        string
	permissions []Permission
	reach       tenancy.Reach
	span        Span
}
