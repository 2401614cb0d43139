package directory_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/directory"
)

func TestTheOperatorFindsWhatItKnowsByName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, d := b.agency("acme"), b.database("d")
	sub := b.sub(acme, d, "dental")
	if got := must[directory.Agency](t)(b.AgencyOf(t.Context(), "acme", "")); got.ID != acme.ID {
		t.Errorf("got %+v", got)
	}
	if got := must[directory.SubAccount](t)(b.SubAccountOf(t.Context(), acme.Namespace, "dental", "")); got.ID != sub.ID {
		t.Errorf("got %+v", got)
	}
	if got := must[directory.Database](t)(b.DatabaseByID(t.Context(), d.ID)); got.Name != "d" {
		t.Errorf("got %+v", got)
	}
	_, err := b.SubAccountOf(t.Context(), "agency-beta", "dental", "")
	b.refused(err, "sub_account.unknown")
	_, err = b.DatabaseByID(t.Context(), uuid.New())
	b.refused(err, "database.unknown")
	b.ok(b.Retain(t.Context(), sub.ID))
	_, err = b.SubAccountOf(t.Context(), acme.Namespace, "dental", "")
	b.refused(err, "sub_account.unknown") // its name is free again
	b.ok(b.RetainAgency(t.Context(), acme.ID))
	_, err = b.AgencyOf(t.Context(), "acme", "")
	b.refused(err, "agency.unknown")
}
