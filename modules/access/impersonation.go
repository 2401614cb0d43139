package access

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ImpersonationLife is how long somebody is in a sub-account as one of its
// members before they are themselves again.
const ImpersonationLife = time.Hour

const minReason, maxReason = 5, 500

// Impersonation is one of the agency's people in a sub-account as one of its
// members.
type Impersonation struct {
	By         Person // who it really is
	SubAccount uuid.UUID
	Reason     string
	ReadOnly   bool // they only look
	Until      time.Time
}

// ImpersonateInput names whom to be, and why.
type ImpersonateInput struct {
	SubAccount uuid.UUID
	Person     uuid.UUID
	Reason     string
	ReadOnly   bool
}

// Validate names every field that won't do.
func (in ImpersonateInput) Validate() error {
	var c fault.Checks
	length := utf8.RuneCountInString(strings.TrimSpace(in.Reason))
	c.Check(length >= minReason && length <= maxReason && storableText(in.Reason), "reason", "must have 5 to 500 characters that can be shown: the audit keeps it")
	c.Check(in.SubAccount != uuid.Nil, "sub_account_id", "is required")
	c.Check(in.Person != uuid.Nil, "member_id", "is required")
	return c.Err("impersonation.invalid")
}

// self is who holds the session, whoever they are taken for.
func (p Principal) self() Person {
	if p.Impersonation != nil {
		return p.Impersonation.By
	}
	return p.Person
}

// actingAs is the principal as a member of one sub-account: what the member may
// do, as far as they may do it themselves.
func (p Principal) actingAs(row actingRow) Principal {
	own, place := p.grantable(*row.SubAccount), *row.SubAccount
	out := p
	out.Person, out.AgencyRole = row.Person, ""
	out.Actor = tenancy.Actor{
		Kind: tenancy.Person, ID: row.Person.ID.String(), Name: row.Person.Name,
		ImpersonatorID: p.Person.ID.String(), ImpersonatorName: p.Person.Name,
	}
	out.Roles, out.held = map[uuid.UUID]Role{}, map[uuid.UUID]held{}
	out.Impersonation = &Impersonation{
		By: p.Person, SubAccount: place, Reason: row.Reason, ReadOnly: row.ReadOnly, Until: *row.Until,
	}
	for _, m := range row.Roles {
		if m.SubAccount == nil || *m.SubAccount != place {
			continue
		}
		as := m.held(row.Person.ID)
		as.permissions = slices.DeleteFunc(as.permissions, func(one Permission) bool { return !slices.Contains(own, one) })
		out.Roles[place], out.held[place] = m.Role, as
	}
	return out
}
