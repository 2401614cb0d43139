package tenancy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestReach(t *testing.T) {
	t.Parallel()
	ann, bob := uuid.New(), uuid.New()
	for name, tc := range map[string]struct {
		reach     tenancy.Reach
		condition string
		args      map[string]any
		anns      bool
		nobodys   bool
		own       uuid.NullUUID
	}{
		"everything has no condition": {tenancy.Everything, "", map[string]any{}, true, true, uuid.NullUUID{}},
		"a person's": {
			tenancy.Reach{People: []uuid.UUID{ann, bob}},
			" and (owner_id = any(@reach) or followers && @reach)",
			map[string]any{"reach": []uuid.UUID{ann, bob}},
			true, false,
			uuid.NullUUID{UUID: ann, Valid: true},
		},
		"somebody else's": {
			tenancy.Reach{People: []uuid.UUID{bob}},
			" and (owner_id = any(@reach) or followers && @reach)",
			map[string]any{"reach": []uuid.UUID{bob}},
			false, false,
			uuid.NullUUID{UUID: bob, Valid: true},
		},
		"the zero value is nothing": {
			tenancy.Reach{},
			" and (owner_id = any(@reach) or followers && @reach)",
			map[string]any{"reach": []uuid.UUID{}},
			false, false,
			uuid.NullUUID{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tenancy.ReachFrom(tenancy.WithReach(t.Context(), tc.reach))
			args := map[string]any{}
			if got := r.Condition(args, "owner_id = any(@reach)", "followers && @reach"); got != tc.condition {
				t.Errorf("got %q", got)
			}
			if diff := cmp.Diff(tc.args, args); diff != "" {
				t.Error(diff)
			}
			if r.Holds(ann) != tc.anns || r.Holds() != tc.nobodys || r.Own() != tc.own {
				t.Errorf("Ann's %t, nobody's %t, own %v", r.Holds(ann), r.Holds(), r.Own())
			}
		})
	}
	if !tenancy.ReachFrom(t.Context()).All {
		t.Error("system work is held back")
	}
}
