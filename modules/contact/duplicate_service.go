package contact

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/rawjson"
)

// Matches keeps the pairs of contacts that may be one person: it hears every event.
type Matches struct{}

var _ events.Subscriber = Matches{}

// Name files parked events for ever.
func (Matches) Name() string { return "matches" }

// Handle finds a changed contact's pairs anew, if what they are found by changed.
func (Matches) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	if e.SubjectKind != Subject || !slices.Contains([]string{EventCreated, EventUpdated, EventDeleted, EventRestored, EventErased, EventMerged, EventUnmerged}, e.Kind) {
		return nil
	}
	before, after := e.Change()
	if !matchesMoved(before, after) {
		return nil
	}
	if !rawjson.IsObject(after) {
		return unmatch(ctx, tx, []uuid.UUID{e.SubjectID})
	}
	if e.Kind == EventUpdated {
		return rematchChanged(ctx, tx, e.SubjectID)
	}
	var c Snapshot
	if err := json.Unmarshal(after, &c); err != nil {
		return err
	}
	return rematch(ctx, tx, &c)
}

// rematchChanged is rematch for a contact of which the event tells what differs
// alone: as it is by now, or not at all where its deletion is heard of next.
func rematchChanged(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	c, err := one(ctx, tx, `id = @value and deleted_at is null`, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return rematch(ctx, tx, snapshot(c))
}

// matched are the fields of a Snapshot that keys are made of.
var matched = []string{"first_name", "last_name", "emails", "phones", "birthday", "address", "company_id"}

// matchesMoved tells whether a field that keys are made of may have changed. Most
// changes are of something else, and need no more than this look.
func matchesMoved(before, after json.RawMessage) bool {
	was, both := rawjson.Members(before)
	is, too := rawjson.Members(after)
	if !both || !too {
		return true
	}
	for i, m := range is {
		if !bytes.Equal(m.Value, rawjson.Find(was, m.Name, i)) && slices.Contains(matched, string(m.Name)) {
			return true
		}
	}
	return false
}

// rematch keeps a contact's keys and finds its pairs by them.
func rematch(ctx context.Context, tx pgx.Tx, c *Snapshot) error {
	if err := keepKeys(ctx, tx, c.ID, c.matchName(), c.matchKeys()); err != nil {
		return err
	}
	return pairUp(ctx, tx, c.ID)
}

func (s *Snapshot) matchName() string {
	return strings.Join(nameWords(s.FirstName+" "+s.LastName), " ")
}

// DuplicateQuery asks for a page of groups, the surest first.
type DuplicateQuery struct {
	Least  int // the confidence of a pair, of a hundred; 0 is DefaultConfidence
	Cursor string
	Limit  int
}

// DefaultConfidence is how sure a pair is at least, unless somebody asks for less.
const DefaultConfidence = 50

type pairPlace struct {
	Confidence int       `json:"c"`
	A          uuid.UUID `json:"a"`
	B          uuid.UUID `json:"b"`
}

// maxHops bounds how far a group is followed from pair to pair.
const maxHops = 3

// Duplicates reads a page of groups of contacts in reach that may be one person
// each. A contact that came or changed is in it a moment later. A page may have
// fewer groups than asked for and still a next one. Errors: Invalid at "limit",
// "least" or "cursor".
func (s *Service) Duplicates(ctx context.Context, q DuplicateQuery) (out PageOf[DuplicateGroup], err error) {
	if q.Least == 0 {
		q.Least = DefaultConfidence
	}
	var f fault.Checks
	most := page.Limit(&f, q.Limit)
	f.Check(q.Least >= 1 && q.Least <= 99, "least", "It is between 1 and 99.")
	scope := fmt.Sprint("duplicates/", q.Least)
	var after *pairPlace
	var at pairPlace
	ok, decoding := page.Decode(q.Cursor, scope, &at)
	f.Whole(decoding)
	if err := f.Err("duplicate.invalid"); err != nil {
		return out, err
	}
	if ok {
		after = &at
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		out = PageOf[DuplicateGroup]{Items: []DuplicateGroup{}}
		list, err := topPairs(ctx, tx, q.Least, after, most+1)
		if err != nil || len(list) == 0 {
			return err
		}
		if len(list) > most {
			list = list[:most]
			last := list[most-1]
			if out.Next, err = page.Encode(scope, pairPlace{last.Confidence, last.A, last.B}); err != nil {
				return err
			}
		}
		out.Items, err = groupsOf(ctx, tx, list, q.Least)
		return err
	})
	return out, err
}

// groupsOf are the groups whose surest pair is one of the list.
func groupsOf(ctx context.Context, tx pgx.Tx, list []Pair, least int) ([]DuplicateGroup, error) {
	all := list
	for range maxHops {
		more, err := pairsAmong(ctx, tx, members(all), least)
		if err != nil {
			return nil, err
		}
		if len(more) <= len(all) {
			break
		}
		all = more
	}
	slices.SortFunc(all, comparePairs)
	found, err := lookup(ctx, tx, members(all))
	if err != nil {
		return nil, err
	}
	out := []DuplicateGroup{}
	for _, top := range list {
		if g, ok := groupAt(top, all, found); ok {
			out = append(out, g)
		}
	}
	return out, nil
}

// groupAt is the group of a pair, as far as it is its surest one.
func groupAt(top Pair, sorted []Pair, found map[uuid.UUID]Contact) (g DuplicateGroup, ok bool) {
	in := []uuid.UUID{top.A, top.B}
	for grown := true; grown; {
		grown = false
		for _, p := range sorted {
			a, b := slices.Contains(in, p.A), slices.Contains(in, p.B)
			if a == b {
				continue
			}
			if comparePairs(p, top) < 0 {
				return g, false
			}
			if len(in) < MaxMerged {
				in = append(in, p.A)
				if a {
					in[len(in)-1] = p.B
				}
				grown = true
			}
		}
	}
	for _, p := range sorted {
		if slices.Contains(in, p.A) && slices.Contains(in, p.B) {
			g.Pairs = append(g.Pairs, p)
		}
	}
	for _, id := range in {
		g.Contacts = append(g.Contacts, found[id])
	}
	return g, comparePairs(g.Pairs[0], top) == 0
}

func members(list []Pair) (out []uuid.UUID) {
	for _, p := range list {
		out = united(out, []uuid.UUID{p.A, p.B})
	}
	return out
}

// TellApart keeps that contacts are not the same person, so that they are found
// together no more. Errors: Invalid at "contacts".
func (s *Service) TellApart(ctx context.Context, in DistinctInput) error {
	return s.distinguish(ctx, in, EventToldApart, func(tx pgx.Tx, a, b []uuid.UUID) error {
		return keepDistinct(ctx, tx, a, b, s.now())
	})
}

// TakeBack undoes TellApart. Errors are the same.
func (s *Service) TakeBack(ctx context.Context, in DistinctInput) error {
	return s.distinguish(ctx, in, EventTakenBack, func(tx pgx.Tx, a, b []uuid.UUID) error {
		if err := dropDistinct(ctx, tx, a, b); err != nil {
			return err
		}
		for _, id := range in.Contacts {
			if err := pairUp(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) distinguish(ctx context.Context, in DistinctInput, kind string, fn func(tx pgx.Tx, a, b []uuid.UUID) error) error {
	if err := in.Validate(); err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		found, err := lockMany(ctx, tx, in.Contacts)
		if err != nil {
			return err
		}
		var f fault.Checks
		for i, id := range in.Contacts {
			f.Check(slices.ContainsFunc(found, func(c Contact) bool { return c.ID == id }), fmt.Sprintf("contacts[%d]", i), "There is no such contact here.")
		}
		if err := f.Err("duplicate.invalid"); err != nil {
			return err
		}
		a, b := in.pairs()
		if err := fn(tx, a, b); err != nil {
			return err
		}
		told := make([]events.New, 0, len(in.Contacts))
		for _, id := range in.Contacts {
			others := slices.DeleteFunc(slices.Clone(in.Contacts), func(one uuid.UUID) bool { return one == id })
			change := events.Change{After: map[string]any{"not_the_same": others}}
			if kind == EventTakenBack {
				change = events.Change{Before: change.After}
			}
			told = append(told, events.New{Kind: kind, SubjectKind: Subject, SubjectID: id, Payload: change})
		}
		return s.Events.PublishMany(ctx, tx, told)
	})
}

const (
	walkBatch = 200
	walkSlice = 20 * time.Second
)

// WalkMatches is the handler of MatchWalkJob: it looks at the contacts from before
// there were keys, once, and again when the keys are made in another way.
func (s *Service) WalkMatches(ctx context.Context) error {
	for until := s.Clock.Now().Add(walkSlice); s.Clock.Now().Before(until); {
		over := false
		err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			list, err := walked(ctx, tx, walkBatch)
			if err != nil {
				return err
			}
			for _, c := range list {
				if err := rematch(ctx, tx, snapshot(c)); err != nil {
					return err
				}
			}
			if over = len(list) < walkBatch; over {
				return queue.Complete(ctx, tx)
			}
			return nil
		})
		if err != nil || over {
			return err
		}
	}
	return queue.Snooze(0)
}
