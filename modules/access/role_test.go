package access_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func ptr[T any](v T) *T { return &v }

func roleInput(name string, level access.Level, permissions ...access.Permission) access.RoleInput {
	return access.RoleInput{Level: level, Name: &name, Permissions: &permissions}
}

func TestCreateRole(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, tc := range map[string]struct {
		in    access.RoleInput
		by    access.Role
		slug  string
		field string
	}{
		"of a sub-account":                       {in: roleInput("Sales", access.OfAccount, access.ContactsRead)},
		"of the agency":                          {in: roleInput("Desk", access.OfAgency, access.ContactsRead, access.AgencyJobsRead)},
		"of assigned records":                    {in: spanned(roleInput("Sales", access.OfAccount, access.ContactsRead), access.SpanAssigned)},
		"without a name":                         {in: roleInput(" ", access.OfAccount, access.ContactsRead), slug: "role.invalid", field: "name"},
		"on no level":                            {in: roleInput("a", "world", access.ContactsRead), slug: "role.invalid", field: "level"},
		"without a permission":                   {in: roleInput("a", access.OfAccount), slug: "role.invalid", field: "permissions"},
		"with a permission that doesn't exist":   {in: roleInput("a", access.OfAccount, access.ContactsRead, "root"), slug: "role.invalid", field: "permissions[1]"},
		"of a sub-account, with the agency's":    {in: roleInput("a", access.OfAccount, access.AgencyJobsRead), slug: "role.invalid", field: "permissions[0]"},
		"of teams in the agency":                 {in: spanned(roleInput("a", access.OfAgency, access.ContactsRead), access.SpanTeam), slug: "role.invalid", field: "reach"},
		"held back, with what concerns everyone": {in: spanned(roleInput("a", access.OfAccount, access.AuditRead), access.SpanAssigned), slug: "role.invalid", field: "permissions[0]"},
		"with more than its maker may":           {in: roleInput("a", access.OfAgency, access.AgencyOwnersManage), by: access.AgencyAdmin, slug: "role.escalation"},
		"by support":                             {in: roleInput("a", access.OfAccount, access.KeysManage), by: access.AgencySupport, slug: "role.escalation"},
		"with a name that is taken":              {in: roleInput("TAKEN", access.OfAccount, access.ContactsRead), slug: "role.name_taken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			if tc.by == "" {
				tc.by = access.AgencyOwner
			}
			owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
			_, err := b.CreateRole(t.Context(), owner, roleInput("taken", access.OfAccount, access.ContactsRead))
			b.ok(err)
			got, err := b.CreateRole(t.Context(), b.join(b.acme, uuid.Nil, email, tc.by).Principal, tc.in)
			if tc.slug != "" {
				if f := b.refusal(err, tc.slug); tc.field != "" && f.Fields[0].Path != tc.field {
					t.Errorf("blames %v", f.Fields)
				}
				return
			}
			b.ok(err)
			if found, err := b.RoleOf(t.Context(), owner, got.Key); err != nil || found.Name != *tc.in.Name || found.Version != 1 {
				t.Errorf("got %+v %v", found, err)
			}
		})
	}
}

func spanned(in access.RoleInput, s access.Span) access.RoleInput {
	in.Reach = &s
	return in
}

func TestARoleOfOnesOwnCountsAtOnceAndIsTheAgencysAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	stranger := b.join(b.beta, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	role, err := b.CreateRole(t.Context(), owner, spanned(roleInput("Sales", access.OfAccount, access.ContactsRead), access.SpanAssigned))
	b.ok(err)
	ann := b.join(b.acme, b.one, email, role.Key)
	may := func(want ...access.Permission) {
		t.Helper()
		p := b.authenticate(ann.Token)
		if !slices.Equal(p.Permissions(b.one), want) {
			t.Errorf("got %v, want %v", p.Permissions(b.one), want)
		}
		if reach := p.Reach(b.one); reach.All || len(reach.People) != 1 || reach.People[0] != p.Person.ID {
			t.Errorf("reaches %+v", reach)
		}
	}
	may(access.ContactsRead)
	_, err = b.UpdateRole(t.Context(), owner, role.Key, access.RoleInput{Permissions: ptr([]access.Permission{access.ContactsWrite, access.ContactsRead})})
	b.ok(err)
	may(access.ContactsRead, access.ContactsWrite)

	_, err = b.RoleOf(t.Context(), stranger, role.Key)
	b.refused(err, "role.unknown")
	_, _, err = b.Invite(t.Context(), access.InviteInput{Agency: b.beta, SubAccount: b.abroad, Email: email, Role: role.Key})
	b.refused(err, "role.invalid")
	b.refused(b.DeleteRole(t.Context(), stranger, role.Key, 0), "role.unknown")
	b.refused(b.DeleteRole(t.Context(), owner, role.Key, 0), "role.in_use")
	b.refused(b.DeleteRole(t.Context(), owner, role.Key, 1), "access.stale")
	b.refused(b.DeleteRole(t.Context(), owner, access.AccountUser, 0), "role.built_in")
	_, err = b.UpdateRole(t.Context(), owner, access.AccountUser, access.RoleInput{Name: ptr("x")})
	b.refused(err, "role.built_in")
	b.ok(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.one, Person: ann.Principal.Person.ID}))
	b.ok(b.DeleteRole(t.Context(), owner, role.Key, 0))
}

// A whole agency goes, whoever holds what there.
func TestARoleGoesWithItsAgency(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	role, err := b.CreateRole(t.Context(), owner, roleInput("Sales", access.OfAccount, access.ContactsRead))
	b.ok(err)
	ann := b.join(b.acme, b.one, email, role.Key)
	_, err = b.CreateTeam(t.Context(), tenancy.Tenant{Agency: b.acme, SubAccount: b.one}, access.TeamInput{
		Name: ptr("North"), Members: &[]uuid.UUID{ann.Principal.Person.ID},
	})
	b.ok(err)
	b.exec(`delete from sub_account where agency_id = $1`, b.acme)
	b.exec(`delete from agency where id = $1`, b.acme)
	_, err = b.Authenticate(t.Context(), ann.Token)
	b.refused(err, "session.ended")
}
