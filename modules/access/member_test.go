package access_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Who changes somebody, or gives a role, holds all that it allows.
func TestNobodyGrantsWhatTheyDontHold(t *testing.T) {
	t.Parallel()
	control := open(t)
	for name, tc := range map[string]struct {
		by, of access.Role
		to     access.Role
		slug   string
	}{
		"an owner makes an owner":            {access.AgencyOwner, access.AgencyAdmin, access.AgencyOwner, ""},
		"an admin makes support":             {access.AgencyAdmin, access.AgencyAdmin, access.AgencySupport, ""},
		"an admin makes an owner":            {access.AgencyAdmin, access.AgencySupport, access.AgencyOwner, "role.escalation"},
		"an admin takes an owner's role":     {access.AgencyAdmin, access.AgencyOwner, access.AgencySupport, "role.escalation"},
		"support makes an admin":             {access.AgencySupport, access.AgencySupport, access.AgencyAdmin, "role.escalation"},
		"a sub-account's admin promotes":     {access.AccountAdmin, access.AccountUser, access.AccountAdmin, ""},
		"a manager promotes":                 {access.AccountManager, access.AccountUser, access.AccountAdmin, "role.escalation"},
		"the agency's role in a sub-account": {access.AccountAdmin, access.AccountUser, access.AgencyAdmin, "role.invalid"},
		"a role that doesn't exist":          {access.AccountAdmin, access.AccountUser, "root", "role.invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			at := b.one
			if tc.by == access.AgencyOwner || tc.by == access.AgencyAdmin || tc.by == access.AgencySupport {
				at = uuid.Nil
			}
			by, of := b.join(b.acme, at, "by@x.example", tc.by).Principal, b.join(b.acme, at, "of@x.example", tc.of)
			_, _, inviting := b.InviteBy(t.Context(), by, access.InviteInput{SubAccount: at, Email: email, Role: tc.to})
			got, changing := b.ChangeMember(t.Context(), by, access.MemberChange{SubAccount: at, Person: of.Principal.Person.ID, Role: tc.to})
			if tc.slug != "" {
				b.refused(changing, tc.slug)
				if tc.of != access.AgencyOwner {
					b.refused(inviting, tc.slug)
				}
				return
			}
			b.ok(inviting)
			b.ok(changing)
			if p := b.authenticate(of.Token); got.Role != tc.to || p.AgencyRole != tc.to && p.Roles[at] != tc.to {
				t.Errorf("got %+v, and they are %s %v", got, p.AgencyRole, p.Roles)
			}
		})
	}
}

func TestAnAgencyKeepsAnOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one, two := b.join(b.acme, uuid.Nil, "1@x.example", access.AgencyOwner).Principal, b.join(b.acme, uuid.Nil, "2@x.example", access.AgencyOwner).Principal
	b.join(b.beta, uuid.Nil, "1@x.example", access.AgencyOwner) // another agency's is no help
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, p := range []access.Principal{one, two} {
		all.Go(func() {
			errs[i] = b.RemoveMember(t.Context(), p, access.MemberChange{Person: p.Person.ID})
		})
	}
	all.Wait()
	left, gone := errs[0], errs[1]
	if left == nil {
		left, gone = gone, left
		one = two
	}
	b.refused(left, "member.last_owner")
	b.ok(gone)
	_, err := b.ChangeMember(t.Context(), one, access.MemberChange{Person: one.Person.ID, Role: access.AgencyAdmin})
	b.refused(err, "member.last_owner")
}

func TestWhoIsRemovedIsOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	ann := b.join(b.acme, b.one, email, access.AccountUser)
	in := acceptInput(b.acme, b.invite(b.acme, b.two, email, access.AccountUser))
	again, err := b.Accept(t.Context(), in)
	b.ok(err)
	person := ann.Principal.Person.ID
	one, two := tenancy.Tenant{Agency: b.acme, SubAccount: b.one}, tenancy.Tenant{Agency: b.acme, SubAccount: b.two}
	team, err := b.CreateTeam(t.Context(), one, access.TeamInput{Name: ptr("North"), Members: &[]uuid.UUID{person, owner.Person.ID}})
	b.ok(err)

	b.ok(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.one, Person: person}))
	p := b.authenticate(again.Token)
	_, err = b.Authorize(t.Context(), p, access.ContactsRead, b.one)
	b.refused(err, "sub_account.unknown")
	_, err = b.Authorize(t.Context(), p, access.ContactsRead, b.two)
	b.ok(err)
	if team, err = b.TeamOf(t.Context(), one, team.ID); err != nil || len(team.Members) != 1 || team.Members[0] != owner.Person.ID {
		t.Errorf("the team is %v %v", team.Members, err)
	}

	b.ok(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.two, Person: person}))
	_, err = b.Authenticate(t.Context(), again.Token)
	b.refused(err, "session.ended")
	_, err = b.signIn(nil)
	b.refused(err, "session.no_place")
	b.refused(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.two, Person: person}), "member.unknown")
	b.refused(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.two, Person: owner.Person.ID}), "member.of_agency")
	_, err = b.MemberOf(t.Context(), two, person)
	b.refused(err, "member.unknown")
}

func TestTeams(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one, two := tenancy.Tenant{Agency: b.acme, SubAccount: b.one}, tenancy.Tenant{Agency: b.acme, SubAccount: b.two}
	stranger := b.join(b.acme, b.two, email, access.AccountUser).Principal.Person.ID
	team, err := b.CreateTeam(t.Context(), one, access.TeamInput{Name: ptr("North")})
	b.ok(err)
	_, err = b.CreateTeam(t.Context(), one, access.TeamInput{Name: ptr("north")})
	b.refused(err, "team.name_taken")
	_, err = b.CreateTeam(t.Context(), two, access.TeamInput{Name: ptr("north")})
	b.ok(err)
	_, err = b.CreateTeam(t.Context(), one, access.TeamInput{Name: ptr(" ")})
	b.refused(err, "team.invalid")
	_, err = b.UpdateTeam(t.Context(), one, team.ID, access.TeamInput{Members: &[]uuid.UUID{stranger}})
	if f := b.refusal(err, "team.invalid"); f.Fields[0].Path != "members[0]" {
		t.Errorf("blames %v", f.Fields)
	}
	_, err = b.TeamOf(t.Context(), two, team.ID)
	b.refused(err, "team.unknown")
	b.refused(b.DeleteTeam(t.Context(), two, team.ID, 0), "team.unknown")
	b.refused(b.DeleteTeam(t.Context(), one, team.ID, 9), "access.stale")
	b.ok(b.DeleteTeam(t.Context(), one, team.ID, 1))
	list, err := b.Teams(t.Context(), one)
	b.ok(err)
	if len(list) != 0 {
		t.Errorf("left are %v", list)
	}
}

func TestAnInvitationIsListedRenewedAndRevoked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.join(b.acme, b.one, "a@x.example", access.AccountAdmin).Principal
	sent, first, err := b.InviteBy(t.Context(), admin, access.InviteInput{SubAccount: b.one, Email: email, Role: access.AccountUser})
	b.ok(err)
	list, err := b.Invitations(t.Context(), admin, b.one)
	b.ok(err)
	if len(list) != 1 || list[0].ID != sent.ID {
		t.Errorf("got %+v", list)
	}
	b.clock.Advance(access.InvitationLife)
	_, second, err := b.ResendInvitation(t.Context(), admin, b.one, sent.ID)
	b.ok(err)
	_, err = b.Accept(t.Context(), acceptInput(b.acme, first))
	b.refused(err, "invitation.unknown")
	_, _, err = b.ResendInvitation(t.Context(), admin, b.two, sent.ID)
	b.refused(err, "invitation.unknown")
	b.ok(b.RevokeInvitation(t.Context(), admin, b.one, sent.ID))
	_, err = b.Accept(t.Context(), acceptInput(b.acme, second))
	b.refused(err, "invitation.unknown")
	b.refused(b.RevokeInvitation(t.Context(), admin, b.one, sent.ID), "invitation.unknown")
}
