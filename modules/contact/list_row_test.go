package contact

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A table that is scrolled into its middle asks by row, the next page by cursor:
// whichever way it comes, the rows are those of the whole list.
func TestPagesByRowAndByCursorAreTheWhole(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, []CreateInput{
		{FirstName: "Anna", LastName: "Maria"},
		{FirstName: "Maria", LastName: "Zeta"},
		{FirstName: "Maria", LastName: "Alba"},
		{FirstName: "Márìa", LastName: "Beta"},
		{FirstName: "Ben", Email: "maria@example.com"},
		{Email: "maria@example.org"},
		{FirstName: "Zoe", LastName: "Mariani"},
		{FirstName: "Nobody", LastName: "Else"},
	})
	for name, in := range map[string]ListInput{
		"a search by name":                {Query: "maría"},
		"a search by name from its end":   {Query: "maria", Sort: "-name"},
		"a search with a filter":          {Query: "mar", Filter: []byte(`{"field":"first_name","op":"is_not","value":"Zoe"}`)},
		"a search whose names all begin":  {Query: "maria z"},
		"a search where no name begins":   {Query: "example"},
		"a search of one letter":          {Query: "m"},
		"a search of digits":              {Query: "4155"},
		"a search by the time":            {Query: "maria", Sort: "-created_at"},
		"a filter without a search":       {Filter: []byte(`{"field":"first_name","op":"contains","value":"a"}`)},
		"everybody":                       {},
		"a search with a space behind it": {Query: " maria "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in.Limit = 100
			whole, err := s.List(ctx, in)
			if err != nil || whole.Next != "" {
				t.Fatal(err, whole.Next)
			}
			want := ids(whole)
			for row := range len(want) + 1 {
				for limit := 1; limit <= 3; limit++ {
					from := in
					from.Row, from.Limit = row, limit
					if diff := cmp.Diff(want[row:], s.onward(ctx, t, from)); diff != "" {
						t.Errorf("from row %d by %d: %s", row, limit, diff)
					}
				}
			}
		})
	}
}

// onward reads a list to its end.
func (s *Service) onward(ctx context.Context, t *testing.T, in ListInput) []string {
	t.Helper()
	out := []string{}
	for {
		p, err := s.List(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ids(p)...)
		if in.Cursor, in.Row = p.Next, 0; p.Next == "" {
			return out
		}
	}
}

func ids(p Page) []string {
	out := []string{}
	for _, c := range p.Items {
		out = append(out, fmt.Sprint(c.Name(), " ", c.ID))
	}
	return out
}
