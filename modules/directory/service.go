package directory

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// freshness is how old an answer of the directory may be: the time within
// which a suspension is effective everywhere.
const freshness = 2 * time.Second

// cacheSize bounds each cache; 10,000 placements are about 5 MB.
const cacheSize = 10_000

// Service is the directory. It is safe for concurrent use.
type Service struct {
	control   *db.Control
	box       *secrets.Box
	clock     clock.Clock
	auditor   Auditor
	resources Resources

	placements *cache[uuid.UUID, tenancy.Placement]
	accounts   *cache[uuid.UUID, SubAccount]
	agencies   *cache[uuid.UUID, Agency]
	hosts      *cache[string, Agency]
	databases  *cache[struct{}, []tenancy.Database]
}

var _ tenancy.Locator = (*Service)(nil)

// Options are what a Service stands on. Resources may be nil where there is no
// console: in the worker and the operator.
type Options struct {
	Control   *db.Control
	Box       *secrets.Box
	Clock     clock.Clock
	Auditor   Auditor
	Resources Resources
}

// New makes the directory's service.
func New(o Options) *Service {
	s := &Service{control: o.Control, box: o.Box, clock: o.Clock, auditor: o.Auditor, resources: o.Resources}
	s.placements = newCache(o.Clock, s.loadPlacement)
	s.accounts = newCache(o.Clock, s.loadSubAccount)
	s.agencies = newCache(o.Clock, s.loadAgency)
	s.hosts = newCache(o.Clock, s.loadHost)
	s.databases = newCache(o.Clock, s.loadDatabases)
	return s
}

// write runs fn in one transaction and, once it has committed, forgets what
// this process has cached: its own writes are visible to it at once.
func (s *Service) write(ctx context.Context, fn func(tx pgx.Tx) error) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		db.AfterCommit(tx, func(context.Context) { s.forget() })
		return fn(tx)
	})
}

// maxLooks bounds how often upsert looks again: each time, somebody else made the entry and lost it meanwhile.
const maxLooks = 10

// upsert is write for who looks for an entry by its name and makes it where there is none. Two that find none at once
// both make it; the one that comes second looks again, and finds the first one's.
func (s *Service) upsert(ctx context.Context, fn func(tx pgx.Tx) error) (err error) {
	for range maxLooks {
		if err = s.write(ctx, fn); db.Constraint(err) == "" {
			break
		}
	}
	return err
}

func (s *Service) forget() {
	s.placements.clear()
	s.accounts.clear()
	s.agencies.clear()
	s.hosts.clear()
	s.databases.clear()
}

// now has the precision of the database, so that what a verb returns is what a
// later read finds.
func (s *Service) now() time.Time { return s.clock.Now().Truncate(time.Microsecond) }

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
