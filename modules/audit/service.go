package audit

import (
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Service is the audit. It is safe for concurrent use.
type Service struct {
	control *db.Control
	tenants *db.Tenants
	clock   clock.Clock
	box     *secrets.Box
	events  Publisher
	log     *slog.Logger
	failing atomic.Int64 // chains of the administration
}

// Options are what a Service stands on. Record needs the Clock alone, the lists
// and verifications need their databases, SetPolicy the Events, and Keep all.
type Options struct {
	Control *db.Control
	Tenants *db.Tenants
	Clock   clock.Clock
	Box     *secrets.Box // seals the keys that sign
	Events  Publisher
	Log     *slog.Logger // hears of every checkpoint; nil is nobody
}

// New makes the service.
func New(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{control: o.Control, tenants: o.Tenants, clock: o.Clock, box: o.Box, events: o.Events, log: o.Log}
}

// Record writes one entry of the control side in the caller's transaction; it
// is the Auditor of directory and access. The actor comes from the context; a
// change of the process itself is by the system. detail holds no secrets.
func (s *Service) Record(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, action string, subject uuid.UUID, detail map[string]any) error {
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	_, err := s.recordControl(ctx, tx, scope, action, subject, actor, detail)
	return err
}

// List gives the changes of the context's sub-account, the newest first.
func (s *Service) List(ctx context.Context, q Query) (Page[Entry], error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return Page[Entry]{}, err
	}
	scope := q.scope(tenant.SubAccount.String())
	after, limit, err := q.read(scope)
	if err != nil {
		return Page[Entry]{}, err
	}
	var rows []Entry
	err = s.tenants.Read(ctx, func(r db.Reader) (err error) {
		rows, err = selectEntries(ctx, r, tenant.SubAccount, q, after, limit+1)
		return err
	})
	if err != nil {
		return Page[Entry]{}, err
	}
	return cut(rows, limit, scope, func(e Entry) position { return position{At: e.OccurredAt, ID: e.ID} })
}

// ListControl gives the changes of an agency's administration, or of one of its
// sub-accounts alone, the newest first.
func (s *Service) ListControl(ctx context.Context, scope tenancy.Tenant, q Query) (Page[ControlEntry], error) {
	listing := q.scope("control/" + scope.Agency.String() + "/" + scope.SubAccount.String())
	after, limit, err := q.read(listing)
	if err != nil {
		return Page[ControlEntry]{}, err
	}
	var rows []ControlEntry
	err = s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		rows, err = selectControl(ctx, tx, scope, q, after, limit+1)
		return err
	})
	if err != nil {
		return Page[ControlEntry]{}, err
	}
	return cut(rows, limit, listing, func(e ControlEntry) position { return position{At: e.OccurredAt, ID: e.ID} })
}
