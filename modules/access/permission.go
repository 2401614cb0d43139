package access

import "slices"

// Permission names what a role or an API key's scope allows.
type Permission string

// The permissions on a sub-account, and those on the agency itself.
const (
	ContactsRead      Permission = "contacts.read"
	ContactsWrite     Permission = "contacts.write"
	ContactsExport    Permission = "contacts.export"
	ConversationsRead Permission = "conversations.read"
	MessagesSend      Permission = "messages.send"
	MembersRead       Permission = "members.read"
	MembersManage     Permission = "members.manage"
	FieldsManage      Permission = "fields.manage"
	ViewsShare        Permission = "views.share"
	TeamsManage       Permission = "teams.manage"
	KeysManage        Permission = "keys.manage"
	AuditRead         Permission = "audit.read"
	AuditManage       Permission = "audit.manage"
	JobsManage        Permission = "jobs.manage"
	WebhooksManage    Permission = "webhooks.manage"

	AgencySubAccountsRead  Permission = "agency.sub_accounts.read"
	AgencySubAccountsWrite Permission = "agency.sub_accounts.write"
	AgencyKeysManage       Permission = "agency.keys.manage"
	AgencyJobsRead         Permission = "agency.jobs.read"
	AgencyAuditRead        Permission = "agency.audit.read"
	AgencyAuditManage      Permission = "agency.audit.manage"
	AgencyMembersRead      Permission = "agency.members.read"
	AgencyMembersManage    Permission = "agency.members.manage"
	AgencyRolesManage      Permission = "agency.roles.manage"
	AgencyOwnersManage     Permission = "agency.owners.manage"
	AgencySecurityManage   Permission = "agency.security.manage"
	AgencyImpersonate      Permission = "agency.impersonate"
	AgencyOAuthAppsManage  Permission = "agency.oauth_apps.manage"
	AgencySSOManage        Permission = "agency.sso.manage"
)

// PermissionInfo is a line of the table of permissions.
type PermissionInfo struct {
	Permission Permission
	About      string // what it allows
	// Wide permissions show or change what belongs to everybody: a role whose reach
	// isn't all can't hold them.
	Wide bool
	held roleSet
}

// roleSet is a set of built-in roles.
type roleSet uint8

const (
	owners roleSet = 1 << iota
	agencyAdmins
	support
	admins
	managers
	users
	readers

	staff    = owners | agencyAdmins | support
	chiefs   = owners | agencyAdmins | admins
	workers  = staff | admins | managers | users
	everyone = workers | readers
)

// permissions is the whole table of who may do what, in the order in which
// people read it. A new permission is a constant and a line.
var permissions = []PermissionInfo{
	{ContactsRead, "Read contacts, and what is kept with them.", false, everyone},
	{ContactsWrite, "Make, change and delete contacts, and what is kept with them.", false, workers},
	{ContactsExport, "Take contacts out as a table.", false, chiefs | managers},
	{ConversationsRead, "Read conversations and follow what happens.", false, everyone},
	{MessagesSend, "Send messages, and resolve conversations.", false, workers},
	{MembersRead, "Read who works in the sub-account, their roles and teams.", false, everyone},
	{MembersManage, "Invite, change and remove the sub-account's people.", true, chiefs},
	{TeamsManage, "Make, change and delete teams.", true, chiefs | managers},
	{FieldsManage, "Make, change and archive custom fields.", true, chiefs | managers},
	{ViewsShare, "Make, change and delete views that everybody sees.", true, chiefs | managers},
	{KeysManage, "Make and revoke the sub-account's API keys.", true, chiefs},
	{AuditRead, "Read who did what to which record.", true, chiefs | support | managers},
	{AuditManage, "Say how long the audit is kept.", true, chiefs},
	{JobsManage, "Read, replay and cancel the sub-account's jobs.", true, chiefs | support},
	{WebhooksManage, "Make, change, delete and test webhooks, and read and replay what they sent.", true, chiefs},

	{AgencySubAccountsRead, "Read the agency's sub-accounts.", true, staff},
	{AgencySubAccountsWrite, "Make, change, suspend and delete sub-accounts.", true, owners | agencyAdmins},
	{AgencyKeysManage, "Make and revoke the agency's API keys.", true, owners | agencyAdmins},
	{AgencyAuditRead, "Read who did what in the agency's administration.", true, owners | agencyAdmins},
	{AgencyAuditManage, "Say how long the administration's audit is kept, and erase people who are gone.", true, owners},
	{AgencyJobsRead, "Read what was parked, over all sub-accounts.", true, staff},
	{AgencyMembersRead, "Read who works for the agency, and its roles.", true, staff},
	{AgencyMembersManage, "Invite, change and remove the agency's people.", true, owners | agencyAdmins},
	{AgencyRolesManage, "Make, change and delete the agency's own roles.", true, owners | agencyAdmins},
	{AgencyImpersonate, "Enter a sub-account as one of its members, with a reason.", true, staff},
	{AgencySecurityManage, "Change the agency's rules of signing in.", true, owners | agencyAdmins},
	{AgencyOAuthAppsManage, "Register, change and delete the apps of others that people may let act for them.", true, owners | agencyAdmins},
	// Who names the provider names the people: they could be anybody, an owner too.
	{AgencySSOManage, "Say by which identity providers people sign in, and so who they are.", true, owners},
	{AgencyOwnersManage, "Make somebody an owner of the agency, or take it from them.", true, owners},
}

// AllPermissions is the table, for those who make a role. The caller owns it.
func AllPermissions() []PermissionInfo { return slices.Clone(permissions) }

// heldBy gives the permissions of some built-in roles, in the table's order.
func heldBy(set roleSet) (out []Permission) {
	for _, p := range permissions {
		if p.held&set != 0 {
			out = append(out, p.Permission)
		}
	}
	return out
}

// OfAgency tells whether the permission is on the agency itself rather than on
// a sub-account.
func (p Permission) OfAgency() bool { return len(p) > 7 && p[:7] == "agency." }

// Known tells whether there is such a permission.
func (p Permission) Known() bool { return p.info() != nil }

func (p Permission) info() *PermissionInfo {
	at := slices.IndexFunc(permissions, func(i PermissionInfo) bool { return i.Permission == p })
	if at < 0 {
		return nil
	}
	return &permissions[at]
}

// within tells whether every permission is one of the others.
func within(few, many []Permission) bool {
	return !slices.ContainsFunc(few, func(p Permission) bool { return !slices.Contains(many, p) })
}

// HeldBy tells whether a built-in role holds the permission.
func (i PermissionInfo) HeldBy(r Role) bool {
	at := r.rank()
	return at < len(builtIn) && i.held&builtIn[at].set != 0
}
