package access_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestSomebodyWhoLeftIsErased(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "owner@x.example", access.AgencyOwner).Principal
	bob := b.join(b.acme, b.one, "bob@x.example", access.AccountAdmin)
	id := bob.Principal.Person.ID
	b.refused(b.ErasePerson(t.Context(), owner, uuid.New()), "person.unknown")
	b.refused(b.ErasePerson(t.Context(), owner, id), "person.member")
	b.ok(b.RemoveMember(t.Context(), owner, access.MemberChange{SubAccount: b.one, Person: id}))
	foreign := b.join(b.beta, uuid.Nil, "owner@x.example", access.AgencyOwner).Principal
	b.refused(b.ErasePerson(t.Context(), foreign, id), "person.unknown")
	b.ok(b.ErasePerson(t.Context(), owner, id))
	if !slices.Contains(b.notes.actions, "person.erased") {
		t.Error("nobody was told")
	}
	b.refused(b.ErasePerson(t.Context(), owner, id), "person.unknown")
	left := b.text(`
		select ((select count(*) from person where email = 'bob@x.example') + (select count(*) from invitation where email = 'bob@x.example'))::text`)
	if left != "0" {
		t.Errorf("%s rows are left", left)
	}
	b.join(b.acme, b.one, "bob@x.example", access.AccountUser) // and may come back as somebody new
}
