package apiserver

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// databasesAtOnce are asked for their counts together: an agency may have one per
// sub-account, and others need connections too.
const databasesAtOnce = 8

// ParkedAccount is a sub-account in which work is parked.
type ParkedAccount struct {
	SubAccountID uuid.UUID  `json:"sub_account_id" format:"uuid" doc:"The id in paths." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	Name         string     `json:"name" doc:"The resource's name." example:"bakery"`
	DisplayName  string     `json:"display_name" doc:"What people read." example:"Bakery Rossi"`
	Jobs         int        `json:"jobs" doc:"How many jobs failed for good." example:"12"`
	Events       int        `json:"events" doc:"How many events could not be taken." example:"3"`
	Oldest       *time.Time `json:"oldest,omitempty" doc:"Since when the first of them is parked." example:"2026-02-02T08:15:00Z"`
	Unknown      bool       `json:"unknown" doc:"Whether its database could not be asked just now." example:"false"`
}

type parkedAccountsOutput struct{ Body List[ParkedAccount] }

func (s *server) listParkedWork() operation {
	return op("list-parked-work", "Count parked work in the agency",
		"Every sub-account in which jobs failed for good or events could not be taken, the most first; what is parked there is listed at the sub-account.",
		func(ctx context.Context, _ *struct{}) (*parkedAccountsOutput, error) {
			accounts, err := s.Directory.SubAccounts(ctx, callOf(ctx).agency.ID)
			if err != nil {
				return nil, err
			}
			items, err := s.countParked(ctx, accounts)
			if err != nil {
				return nil, err
			}
			total := len(items)
			return &parkedAccountsOutput{Body: List[ParkedAccount]{Items: items, Total: &total}}, nil
		})
}

// countParked asks each database once, however many of the sub-accounts it
// holds, and a few at a time. One that is away leaves its sub-accounts unknown
// and hides no other.
func (s *server) countParked(ctx context.Context, accounts []directory.SubAccount) ([]ParkedAccount, error) {
	byDatabase := map[uuid.UUID][]uuid.UUID{}
	for _, a := range accounts {
		byDatabase[a.Database] = append(byDatabase[a.Database], a.ID)
	}
	var mu sync.Mutex
	found := map[uuid.UUID]ParkedAccount{}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(databasesAtOnce)
	for database, ids := range byDatabase {
		all.Go(func() error {
			counts, err := s.countIn(ctx, database, ids)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(found, counts)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	out := []ParkedAccount{}
	for _, a := range accounts {
		if p, ok := found[a.ID]; ok {
			p.SubAccountID, p.Name, p.DisplayName = a.ID, a.Name, a.DisplayName
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b ParkedAccount) int {
		return cmp.Or(compareBool(b.Unknown, a.Unknown), cmp.Compare(b.Jobs+b.Events, a.Jobs+a.Events))
	})
	return out, nil
}

func (s *server) countIn(ctx context.Context, database uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]ParkedAccount, error) {
	out := map[uuid.UUID]ParkedAccount{}
	jobs, err := s.Jobs.ParkedCounts(ctx, database, ids)
	var heard []events.ParkedCount
	if err == nil {
		heard, err = s.Events.ParkedCounts(ctx, database, ids)
	}
	if fault.Is(err, fault.Unavailable) && ctx.Err() == nil {
		for _, id := range ids {
			out[id] = ParkedAccount{Unknown: true}
		}
		return out, nil
	}
	for _, n := range jobs {
		out[n.SubAccountID] = ParkedAccount{Jobs: n.Parked, Oldest: &n.Oldest}
	}
	for _, n := range heard {
		p := out[n.SubAccountID]
		p.Events = n.Parked
		if p.Oldest == nil || n.Oldest.Before(*p.Oldest) {
			p.Oldest = &n.Oldest
		}
		out[n.SubAccountID] = p
	}
	return out, err
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
