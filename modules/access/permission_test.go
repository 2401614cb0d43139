package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	user := []access.Permission{"contacts.read", "contacts.write", "conversations.read", "messages.send", "members.read"}
	admin := append(append([]access.Permission{}, user...), "keys.manage", "audit.read", "jobs.manage")
	agency := append(append([]access.Permission{}, admin...), "agency.sub_accounts.read", "agency.sub_accounts.write", "agency.keys.manage", "agency.jobs.read")
	for role, want := range map[access.Role][]access.Permission{
		"account_user": user, "account_admin": admin, "agency_admin": agency, "agency_owner": agency, "": nil, "root": nil,
	} {
		if diff := cmp.Diff(want, role.Permissions()); diff != "" {
			t.Errorf("%s: %s", role, diff)
		}
		if role.Known() != (want != nil) {
			t.Errorf("%s known: %v", role, role.Known())
		}
	}
	for _, permission := range agency {
		if !permission.Known() {
			t.Errorf("%s isn't known", permission)
		}
	}
}
