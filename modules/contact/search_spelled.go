package contact

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// maxSpelled is for how many ways to write a search contact_found is asked one by
// one: two words of two ways are four.
const maxSpelled = 9

// ways are the names of the patterns of a word, one of which has to fit.
func (q query) ways(word int, args pgx.StrictNamedArgs) (out []string) {
	all := q.patterns[word : word+1]
	if q.twins != nil {
		all = slices.Concat(all, q.twins[word])
	}
	for n, p := range all {
		name := fmt.Sprintf("pattern%d", word)
		if n > 0 {
			name += fmt.Sprintf("_%d", n)
		}
		args[name] = p
		out = append(out, name)
		if rest, begins := strings.CutPrefix(p, wordBegin); begins {
			args[name+"_first"] = rest
			out = append(out, name+"_first")
		}
	}
	return out
}

// listSpelled is listDefiner for a search that can be written in several ways: the
// first of all pages in the order of the list. With too many ways each word is
// looked up by itself, as beside a filter, which finds the same.
func listSpelled(ctx context.Context, r db.Reader, sub uuid.UUID, q query) (all []Contact, err error) {
	spelled := q.spelled()
	if len(spelled) > maxSpelled {
		q.asked.definer = true
		return listPlain(ctx, r, sub, q)
	}
	seen := map[uuid.UUID]bool{}
	for _, patterns := range spelled {
		one := q
		one.patterns, one.twins = patterns, nil
		found, err := listDefiner(ctx, r, sub, one)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if !seen[c.ID] {
				seen[c.ID], all = true, append(all, c)
			}
		}
	}
	slices.SortFunc(all, q.compare)
	return all[:min(len(all), q.limit+1)], nil
}

// spelled are the patterns of a search for each way to write it.
func (q query) spelled() [][]string {
	all := [][]string{nil}
	for i, p := range q.patterns {
		var next [][]string
		for _, way := range slices.Concat([]string{p}, q.twins[i]) {
			for _, before := range all {
				next = append(next, append(slices.Clone(before), way))
			}
		}
		if all = next; len(all) > maxSpelled {
			break
		}
	}
	return all
}

// compare is the order of a list, as PostgreSQL has it.
func (q query) compare(a, b Contact) int {
	var out int
	switch q.sort {
	case "created_at":
		out = a.CreatedAt.Compare(b.CreatedAt)
	case "updated_at":
		out = a.UpdatedAt.Compare(b.UpdatedAt)
	default:
		out = strings.Compare(a.sortName(), b.sortName())
	}
	if out = cmp.Or(out, bytes.Compare(a.ID[:], b.ID[:])); q.descending {
		return -out
	}
	return out
}
