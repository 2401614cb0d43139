package contact

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// An address may have been one contact's, and after its deletion another's: if
// both are to come back at once, the second one has it.
func TestOfTwoThatHadAnAddressTheOneDeletedLastComesBack(t *testing.T) {
	t.Parallel()
	for _, backwards := range []bool{false, true} {
		s, ctx := filled(t, nil)
		var ids []uuid.UUID
		for _, name := range []string{"first", "second", "alone"} {
			in := CreateInput{FirstName: name, Email: "one@x.example"}
			if name == "alone" {
				in.Email = "alone@x.example"
			}
			c, err := s.Create(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Delete(ctx, DeleteInput{ID: c.ID}); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, c.ID)
			s.Clock.(interface{ Advance(time.Duration) }).Advance(time.Second)
		}
		if backwards {
			slices.Reverse(ids)
		}
		err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			n, err := s.restoreMany(ctx, tx, ids)
			if err == nil && n != 2 {
				t.Errorf("%d are back", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.List(ctx, ListInput{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"alone", "second"}, names(p)); diff != "" {
			t.Error(diff)
		}
	}
}
