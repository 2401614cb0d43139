package access

import (
	"slices"
)

// Permission names what a role or an API key's scope allows.
type Permission string

// The permissions on a sub-account, and those on the agency itself.
const (
	ContactsRead      Permission = "contacts.read"
	ContactsWrite     Permission = "contacts.write"
	ConversationsRead Permission = "conversations.read"
	MessagesSend      Permission = "messages.send"
	MembersRead       Permission = "members.read"
	KeysManage        Permission = "keys.manage"
	AuditRead         Permission = "audit.read"
	JobsManage        Permission = "jobs.manage"

	AgencySubAccountsRead  Permission = "agency.sub_accounts.read"
	AgencySubAccountsWrite Permission = "agency.sub_accounts.write"
	AgencyKeysManage       Permission = "agency.keys.manage"
	AgencyJobsRead         Permission = "agency.jobs.read"
)

// Role is a set of permissions with a name.
type Role string

// The roles. Those of the agency reach all its sub-accounts.
const (
	AgencyOwner  Role = "agency_owner"
	AgencyAdmin  Role = "agency_admin"
	AccountAdmin Role = "account_admin"
	AccountUser  Role = "account_user"
)

var (
	userPermissions   = []Permission{ContactsRead, ContactsWrite, ConversationsRead, MessagesSend, MembersRead}
	adminPermissions  = append(slices.Clone(userPermissions), KeysManage, AuditRead, JobsManage)
	agencyPermissions = append(slices.Clone(adminPermissions), AgencySubAccountsRead, AgencySubAccountsWrite, AgencyKeysManage, AgencyJobsRead)
)

// rolePermissions is the whole table of who may do what.
var rolePermissions = map[Role][]Permission{
	AgencyOwner:  agencyPermissions,
	AgencyAdmin:  agencyPermissions,
	AccountAdmin: adminPermissions,
	AccountUser:  userPermissions,
}

// Permissions of the role; none for a role that doesn't exist. The caller owns
// the result.
func (r Role) Permissions() []Permission { return slices.Clone(rolePermissions[r]) }

// OfAgency tells whether the role is held in the agency itself.
func (r Role) OfAgency() bool { return r == AgencyOwner || r == AgencyAdmin }

// Known tells whether there is such a role.
func (r Role) Known() bool { _, ok := rolePermissions[r]; return ok }

// OfAgency tells whether the permission is on the agency itself rather than on
// a sub-account.
func (p Permission) OfAgency() bool {
	return p == AgencySubAccountsRead || p == AgencySubAccountsWrite || p == AgencyKeysManage || p == AgencyJobsRead
}

// Known tells whether there is such a permission.
func (p Permission) Known() bool { return slices.Contains(agencyPermissions, p) }
