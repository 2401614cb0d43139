package access_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func (b *bench) as(member access.Principal, readOnly bool) access.ImpersonateInput {
	return access.ImpersonateInput{SubAccount: b.one, Person: member.Person.ID, Reason: "Ticket 4711", ReadOnly: readOnly}
}

func TestSomebodyIsTakenForAMemberForAnHour(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	staff := b.join(b.acme, uuid.Nil, "s@x.example", access.AgencySupport)
	ann := b.join(b.acme, b.one, email, access.AccountUser).Principal
	started, err := b.Impersonate(t.Context(), staff.Principal, b.as(ann, true))
	b.ok(err)
	for name, p := range map[string]access.Principal{"at once": started, "with the next request": b.authenticate(staff.Token)} {
		i := p.Impersonation
		if i == nil || p.Person.ID != ann.Person.ID || i.By.ID != staff.Principal.Person.ID || !i.ReadOnly || i.Reason != "Ticket 4711" ||
			!i.Until.Equal(start.Add(time.Hour)) || p.Actor.ID != ann.Person.ID.String() || p.Actor.ImpersonatorID != staff.Principal.Person.ID.String() {
			t.Errorf("%s: got %+v %+v", name, p.Actor, i)
		}
		if p.AgencyRole != "" || len(p.Permissions(uuid.Nil)) != 0 || len(p.Permissions(b.two)) != 0 || !p.Can(access.ContactsRead, b.one) {
			t.Errorf("%s: may %v", name, p.Permissions(b.one))
		}
		_, err := b.Authorize(t.Context(), p, access.ContactsRead, b.two)
		b.refused(err, "sub_account.unknown")
		_, err = b.Impersonate(t.Context(), p, b.as(ann, false))
		b.refused(err, "permission.missing")
		b.refused(p.Allows(true, false), "impersonation.read_only")
		b.refused(p.Allows(false, true), "impersonation.personal")
		b.ok(p.Allows(false, false))
	}
	b.clock.Advance(time.Hour)
	if p := b.authenticate(staff.Token); p.Impersonation != nil || p.Person.ID != staff.Principal.Person.ID || p.AgencyRole != access.AgencySupport {
		t.Errorf("an hour later they are %+v", p)
	}
	b.ok(b.SignOut(t.Context(), b.authenticate(staff.Token)))
}

func TestSomebodyIsThemselvesAgain(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(b *bench, owner access.Principal, staff access.SignedIn) error{
		"by their own will": func(b *bench, _ access.Principal, staff access.SignedIn) error {
			return b.EndImpersonation(b.t.Context(), b.authenticate(staff.Token))
		},
		"without the permission": func(b *bench, owner access.Principal, staff access.SignedIn) error {
			role, err := b.CreateRole(b.t.Context(), owner, roleInput("Desk", access.OfAgency, access.AgencyJobsRead))
			b.ok(err)
			_, err = b.ChangeMember(b.t.Context(), owner, access.MemberChange{Person: staff.Principal.Person.ID, Role: role.Key})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
			staff := b.join(b.acme, uuid.Nil, "s@x.example", access.AgencySupport)
			_, err := b.Impersonate(t.Context(), staff.Principal, b.as(b.join(b.acme, b.one, email, access.AccountUser).Principal, false))
			b.ok(err)
			b.ok(end(b, owner, staff))
			if p := b.authenticate(staff.Token); p.Impersonation != nil || p.Person.ID != staff.Principal.Person.ID {
				t.Errorf("they are %+v", p)
			}
		})
	}
}

// What somebody may do as somebody else is what both may.
func TestImpersonationIsNoEscalation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	staff := b.join(b.acme, uuid.Nil, "s@x.example", access.AgencySupport).Principal
	chief := b.join(b.acme, b.one, email, access.AccountAdmin).Principal
	p, err := b.Impersonate(t.Context(), staff, b.as(chief, false))
	b.ok(err)
	held := p.Permissions(b.one)
	if slices.Contains(held, access.KeysManage) || slices.Contains(held, access.MembersManage) || !slices.Contains(held, access.ContactsWrite) {
		t.Errorf("they may %v", held)
	}
}

func TestWhoCannotBeImpersonated(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	support := b.join(b.acme, uuid.Nil, "s@x.example", access.AgencySupport).Principal
	ann := b.join(b.acme, b.one, email, access.AccountUser).Principal
	two := b.join(b.acme, b.two, "two@x.example", access.AccountUser).Principal
	abroad := b.join(b.beta, b.abroad, email, access.AccountUser).Principal
	chief := b.join(b.acme, b.one, "c@x.example", access.AccountAdmin).Principal
	for name, tc := range map[string]struct {
		by   access.Principal
		in   access.ImpersonateInput
		slug string
	}{
		"one of the agency's":            {owner, b.as(support, false), "member.of_agency"},
		"somebody of another place":      {owner, b.as(two, false), "member.unknown"},
		"somebody of another agency":     {owner, b.as(abroad, false), "member.unknown"},
		"in another agency's":            {owner, access.ImpersonateInput{SubAccount: b.abroad, Person: abroad.Person.ID, Reason: "because"}, "sub_account.unknown"},
		"without a reason":               {owner, access.ImpersonateInput{SubAccount: b.one, Person: ann.Person.ID, Reason: " "}, "impersonation.invalid"},
		"by somebody who isn't agency's": {chief, b.as(ann, false), "permission.missing"},
	} {
		_, err := b.Impersonate(t.Context(), tc.by, tc.in)
		if f := b.refusal(err, tc.slug); f == nil {
			t.Error(name)
		}
	}
}
