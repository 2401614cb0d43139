package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestAPlacementFollowsTheAgencysTierAndTheSubAccountsTimeZone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, d := b.agency("acme"), b.database("d")
	sub := b.sub(acme, d, "dental")
	got := must[tenancy.Placement](t)(b.other.Locate(t.Context(), sub.ID))
	if got.Tier != "Premium" || got.Timezone != "America/New_York" {
		t.Errorf("got %q and %q", got.Tier, got.Timezone)
	}
	agency, account := agencyInput("acme"), subInput(acme, d, "dental")
	agency.Tier, account.Timezone = "", "Asia/Kathmandu"
	must[directory.Agency](t)(b.UpsertAgency(t.Context(), agency))
	must[directory.SubAccount](t)(b.UpsertSubAccount(t.Context(), account))
	b.clock.Advance(2 * time.Second)
	got = must[tenancy.Placement](t)(b.other.Locate(t.Context(), sub.ID))
	if got.Tier != "Standard" || got.Timezone != "Asia/Kathmandu" {
		t.Errorf("afterwards: %q and %q", got.Tier, got.Timezone)
	}
}

func TestTheResidentsOfADatabaseAreItsLivingSubAccounts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, here, elsewhere := b.agency("acme"), b.database("here"), b.database("elsewhere")
	stays, goes := b.sub(acme, here, "stays"), b.sub(acme, here, "goes")
	b.sub(acme, elsewhere, "other")
	b.ok(b.Retain(t.Context(), goes.ID))
	got := must[[]tenancy.Resident](t)(b.Residents(t.Context(), here.ID))
	want := []tenancy.Resident{{Tenant: stays.Tenant(), Timezone: "America/New_York", Status: tenancy.Active}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
