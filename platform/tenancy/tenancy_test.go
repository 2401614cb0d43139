package tenancy_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestNoTenantIsADenial(t *testing.T) {
	t.Parallel()
	if _, err := tenancy.From(t.Context()); !fault.Is(err, fault.Denied) {
		t.Errorf("an empty context: %v", err)
	}
	nobody := tenancy.WithTenant(t.Context(), tenancy.Tenant{Agency: uuid.New()})
	if _, err := tenancy.From(nobody); !fault.Is(err, fault.Denied) {
		t.Errorf("an agency without a sub-account: %v", err)
	}
	want := tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}
	if got, err := tenancy.From(tenancy.WithTenant(t.Context(), want)); got != want || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheActorIsWhoWasNamedLast(t *testing.T) {
	t.Parallel()
	if _, named := tenancy.ActorFrom(t.Context()); named {
		t.Error("somebody acts in an empty context")
	}
	ctx := tenancy.WithActor(t.Context(), tenancy.Actor{Kind: tenancy.Person, Name: "Ada"})
	ctx = tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Key, Name: "import"})
	if a, _ := tenancy.ActorFrom(ctx); a.Name != "import" {
		t.Errorf("got %+v", a)
	}
}
