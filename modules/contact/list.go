package contact

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// DefaultSort is the order when none is asked for.
const DefaultSort = "name"

const (
	maxQuery = 200
	maxRow   = 10_000_000
)

// ListInput asks for a page of contacts.
type ListInput struct {
	Query  string // parts of a name, an e-mail address or a phone number; all must match
	Tag    string
	Sort   string // name, created_at or updated_at; with "-" in front, descending. By name, a search gives the names that begin with it first
	Filter []byte // in the language of platform/filter; nothing is everybody
	Cursor string // Page.Next of the page before
	Row    int    // begin with this row, the first is 0; not with a cursor
	Limit  int    // 1 to 100; 0 is 50
}

// Page is a page of contacts. Next is "" on the last one.
type Page struct {
	Items []Contact
	Next  string
}

// Validate names every field at fault.
func (in ListInput) Validate() error {
	_, err := in.query()
	return err
}

type position struct {
	Key  string    `json:"k"`
	ID   uuid.UUID `json:"i"`
	Rest bool      `json:"r,omitempty"` // among those whose names begin otherwise
}

// part is which of a search's contacts are read.
type part int

const (
	anywhere part = iota
	within        // names that begin with what was asked
	outside       // the others
)

// valid refuses a position that was never given out, before PostgreSQL does.
func (p position) valid(sort string) bool {
	if sort == "name" {
		return clean(p.Key)
	}
	_, err := time.Parse(time.RFC3339Nano, p.Key)
	return err == nil
}

// query is a validated ListInput.
type query struct {
	patterns   []string
	twins      [][]string // beside each of patterns: one of them is enough; nil if there are none
	rare       bool       // of digits that few have
	tag        *string
	sort       string
	descending bool
	after      *position
	row        int
	limit      int
	scope      string
	asked      asked
	prefix     string // of the names that come first; "" for none
	part       part
}

// parts are read one after the other. A search by name gives the names that
// begin with what was asked first, which is what people mean, and one range of
// an index; a common name is in the middle of too many others.
func (q query) parts() []part {
	switch {
	case q.prefix == "" || q.row > 0:
		return []part{anywhere}
	case q.after != nil && q.after.Rest:
		return []part{outside}
	}
	return []part{within, outside}
}

var sortColumns = map[string]string{"name": "sort_name", "created_at": "created_at", "updated_at": "updated_at"}

// query is what is asked for, with its filter. Errors: those of List.
func (s *Service) query(ctx context.Context, in ListInput) (query, error) {
	q, refused := in.query()
	asked, err := s.ask(ctx, in.Filter)
	if err := fault.Join(refused, err); err != nil {
		return query{}, err
	}
	q.asked = asked
	return q, nil
}

func (in ListInput) query() (query, error) {
	var f fault.Checks
	q := query{limit: page.Limit(&f, in.Limit)}
	if in.Sort == "" {
		in.Sort = DefaultSort
	}
	q.sort, q.descending = strings.CutPrefix(in.Sort, "-")
	_, known := sortColumns[q.sort]
	f.Check(known, "sort", `Sort by name, created_at or updated_at; "-" in front turns the order round.`)
	f.Check(clean(in.Query) && len(in.Query) <= maxQuery, "q", "Search for at most 200 visible characters.")
	f.Check(clean(in.Tag), "tag", "It holds characters that can't be shown.")
	f.Check(in.Row >= 0 && in.Row <= maxRow && (in.Row == 0 || in.Cursor == ""), "at_row",
		"Begin with a row from 0 to 10000000, or go on by a cursor.")
	if err := f.Err("contact.list_invalid"); err != nil {
		return query{}, err
	}
	q.patterns, q.rare = patterns(in.Query), len(number(in.Query)) >= rareDigits
	q.twins = otherPatterns(in.Query, q.patterns)
	if q.sort == DefaultSort && !q.descending && number(in.Query) == "" {
		q.prefix = strings.Join(strings.Fields(fold(in.Query)), " ")
	}
	if t := strings.ToLower(tidy(in.Tag)); t != "" {
		q.tag = &t
	}
	q.row = in.Row
	q.scope = strings.Join(append([]string{"contact", in.Sort, in.Tag}, q.patterns...), "\x00")
	for _, others := range q.twins {
		q.scope += "\x00or\x00" + strings.Join(others, "\x00")
	}
	if len(in.Filter) > 0 {
		q.scope += "\x00filter\x00" + string(in.Filter)
	}
	var after position
	ok, err := page.Decode(in.Cursor, q.scope, &after)
	if err != nil {
		return query{}, err
	}
	if ok {
		q.after = &after
		if !after.valid(q.sort) {
			return query{}, page.ErrCursor
		}
	}
	return q, nil
}

func list(ctx context.Context, r db.Reader, q query) (Page, error) {
	// A narrow reach is one range of the index by owner, whose operator is
	// leakproof everywhere: there is nothing that the definer would do better.
	read := listPlain
	// A filter runs in the statement itself: see lookups in search.go.
	if tenancy.ReachFrom(ctx).All && q.asked.Everything() && q.row == 0 && (len(q.patterns) > 0 || q.tag != nil) {
		indexed, err := leakproof(ctx, r)
		if err != nil {
			return Page{}, err
		}
		if !indexed {
			read = listDefiner
		}
	}
	return listWith(ctx, r, q, read)
}

// listWith reads one row more than the page has, to know whether another follows.
func listWith(ctx context.Context, r db.Reader, q query, read reader) (Page, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return Page{}, err
	}
	var found []Contact
	for _, part := range q.parts() {
		one := q
		one.part, one.limit = part, q.limit-len(found)
		if len(found) > 0 || part == outside && !q.rest() {
			one.after = nil
		}
		some, err := read(ctx, r, t.SubAccount, one)
		if err != nil {
			return Page{}, err
		}
		if found = append(found, some...); len(found) > q.limit {
			break
		}
	}
	if len(found) <= q.limit {
		return Page{Items: found}, nil
	}
	found = found[:q.limit]
	last := found[q.limit-1]
	next, err := page.Encode(q.scope, position{
		Key: last.key(q.sort), ID: last.ID, Rest: q.prefix != "" && !q.leads(last.sortName()),
	})
	return Page{Items: found, Next: next}, err
}

// leads tells whether a name begins with what was asked, as SQL does.
func (q query) leads(name string) bool { return name >= q.prefix && name < q.prefix+filter.LastRune }

func (q query) rest() bool { return q.after != nil && q.after.Rest }

// key is the contact's place in an order, as PostgreSQL reads it.
func (c Contact) key(sort string) string {
	switch sort {
	case "created_at":
		return c.CreatedAt.UTC().Format(time.RFC3339Nano)
	case "updated_at":
		return c.UpdatedAt.UTC().Format(time.RFC3339Nano)
	}
	return c.sortName()
}
