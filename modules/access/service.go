package access

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/secrets"
)

// Service is who may do what. It is safe for concurrent use.
type Service struct {
	control   *db.Control
	box       *secrets.Box
	hasher    *auth.Hasher
	limiter   *limit.Limiter
	clock     clock.Clock
	directory Directory
	auditor   Auditor
	caller    Caller
}

// Options are what a Service stands on; all are needed but Caller.
type Options struct {
	Control   *db.Control
	Box       *secrets.Box
	Hasher    *auth.Hasher
	Limiter   *limit.Limiter
	Clock     clock.Clock
	Directory Directory
	Auditor   Auditor
	Caller    Caller // nil: one that calls no private address
}

// New makes the service.
func New(o Options) *Service {
	if o.Caller == nil {
		o.Caller = outbound.New(outbound.Options{})
	}
	return &Service{
		control: o.Control, box: o.Box, hasher: o.Hasher, limiter: o.Limiter, clock: o.Clock,
		directory: o.Directory, auditor: o.Auditor, caller: o.Caller,
	}
}

// now has the precision of the database, so that what a verb returns is what a
// later read finds.
func (s *Service) now() time.Time { return s.clock.Now().Truncate(time.Microsecond) }

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
