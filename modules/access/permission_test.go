package access_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/access"
)

// ofOwners are the permissions that are theirs alone.
var ofOwners = []access.Permission{access.AgencyAuditManage, access.AgencyOwnersManage, access.AgencySSOManage}

// The roles of before may do what they did, and the ranks are what they are
// called.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	for role, want := range map[access.Role]struct {
		has   []access.Permission
		lacks []access.Permission
	}{
		access.AgencyOwner:   {has: all(nil)},
		access.AgencyAdmin:   {has: all(ofOwners), lacks: ofOwners},
		access.AgencySupport: {[]access.Permission{"contacts.write", "audit.read", "agency.sub_accounts.read"}, []access.Permission{"members.manage", "keys.manage", "agency.members.manage", "agency.keys.manage", "agency.sub_accounts.write"}},
		access.AccountAdmin: {
			[]access.Permission{"contacts.read", "contacts.write", "conversations.read", "messages.send", "members.read", "members.manage", "teams.manage", "keys.manage", "audit.read", "jobs.manage"},
			[]access.Permission{"agency.sub_accounts.read"},
		},
		access.AccountManager:  {[]access.Permission{"contacts.write", "teams.manage", "audit.read"}, []access.Permission{"members.manage", "keys.manage", "jobs.manage"}},
		access.AccountUser:     {[]access.Permission{"contacts.read", "contacts.write", "conversations.read", "messages.send", "members.read"}, []access.Permission{"audit.read", "teams.manage", "keys.manage"}},
		access.AccountReadOnly: {[]access.Permission{"contacts.read", "conversations.read", "members.read"}, []access.Permission{"contacts.write", "messages.send"}},
		"root":                 {lacks: all(nil)},
		"":                     {lacks: all(nil)},
	} {
		held := role.Permissions()
		for _, p := range want.has {
			if !slices.Contains(held, p) {
				t.Errorf("%q lacks %s", role, p)
			}
		}
		for _, p := range want.lacks {
			if slices.Contains(held, p) {
				t.Errorf("%q holds %s", role, p)
			}
		}
	}
}

// all is every permission but some.
func all(but []access.Permission) (out []access.Permission) {
	for _, p := range access.AllPermissions() {
		if !slices.Contains(but, p.Permission) {
			out = append(out, p.Permission)
		}
	}
	return out
}

func TestThePermissionsExplainThemselves(t *testing.T) {
	t.Parallel()
	seen := map[access.Permission]bool{}
	for _, p := range access.AllPermissions() {
		if p.About == "" || seen[p.Permission] || !p.Permission.Known() {
			t.Errorf("%s has no words, or stands twice", p.Permission)
		}
		if seen[p.Permission] = true; p.Permission.OfAgency() && !p.Wide {
			t.Errorf("%s is the agency's, and so everybody's", p.Permission)
		}
	}
	ranks := access.BuiltInRoles()
	if diff := cmp.Diff([]access.Role{
		"agency_owner", "agency_admin", "agency_support", "account_admin", "account_manager", "account_user", "account_read_only",
	}, ranks); diff != "" {
		t.Error(diff)
	}
}
