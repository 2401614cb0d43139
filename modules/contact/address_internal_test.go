package contact

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is asked of a contact's addresses: each value is there once, exactly one leads where there is any, and an
// address that nobody took away stays what it was.
func TestAddressesStayInOrder(t *testing.T) {
	t.Parallel()
	value := rapid.SampledFrom([]string{"", "a@x.example", "b@x.example", "c@x.example", "d@x.example"})
	rapid.Check(t, func(r *rapid.T) {
		all := Addresses{}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			before, primary := all, value.Draw(r, "primary")
			var list []AddressInput
			if rapid.Bool().Draw(r, "whole") {
				list = []AddressInput{}
				for _, v := range rapid.SliceOfN(value, 0, 4).Draw(r, "list") {
					if v != "" {
						list = append(list, AddressInput{Value: v, Primary: rapid.Bool().Draw(r, "marked")})
					}
				}
			}
			all = before.resolve(KindEmail, primary, list)
			seen := map[string]bool{}
			for i, a := range all {
				if seen[a.Value] || a.Primary != (i == 0) || a.Kind != KindEmail || a.State != StateOK {
					r.Fatalf("%+v after %q and %v of %+v", all, primary, list, before)
				}
				seen[a.Value] = true
				if was := before.at(a.Value); was >= 0 && before[was].ID != a.ID {
					r.Fatalf("%s is another row than before", a.Value)
				}
			}
			if primary != "" && all.primary() != primary {
				r.Fatalf("%q leads, not %q", all.primary(), primary)
			}
			for _, b := range before {
				kept := list == nil && !b.Primary || list != nil && slices.ContainsFunc(list, func(in AddressInput) bool { return in.Value == b.Value })
				if kept && !seen[b.Value] {
					r.Fatalf("%s was dropped: %+v after %q and %v of %+v", b.Value, all, primary, list, before)
				}
			}
		}
	})
}
